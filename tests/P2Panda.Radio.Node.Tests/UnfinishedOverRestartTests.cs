using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Simulation.Nodes;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Node.Tests;

/// <summary>A gateway that is restarted in the middle of a burst asks for the symbols it lacks and for nothing else.</summary>
public sealed class UnfinishedOverRestartTests : IDisposable
{
    private static readonly Guid Boot = new(7, 0, 0, new byte[8]);
    private static readonly List<VerifiedEntry> Entries = [.. Pair.Entries().GroupBy(entry => entry.Log).First(log => log.Count() >= 12).Take(12)];

    private readonly Pair _pair = new();
    private readonly MemoryLogStore _store;
    private readonly SimulatedGateway _speaker;
    private SimulatedGateway _listener;
    private int _starts;

    public UnfinishedOverRestartTests()
    {
        _store = _pair.NewStore();
        _speaker = _pair.Gateway("a", _pair.NewStore());
        _listener = StartListener();
        _speaker.Start();
        _pair.Time.RunFor(TimeSpan.FromMinutes(20));
    }

    public void Dispose()
    {
        _speaker.Dispose();
        _listener.Dispose();
        _pair.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Only_the_missing_symbols_are_sent_again(int fewer)
    {
        var (key, held) = HearPartOfABurst(k => fewer == 1 ? k - 1 : k / 2);
        _listener.Dispose();

        _listener = StartListener();
        _listener.Node.Counters.UnfinishedResumed.ShouldBe(1);
        CompletesWith(key, key.SourceSymbols - held);
    }

    [Fact]
    public void What_was_written_last_before_the_power_went_is_there_after_it()
    {
        var (key, held) = HearPartOfABurst(k => k / 2);
        _pair.Time.RunFor(TimeSpan.FromMinutes(6));
        PullThePlug();

        // Another boot: the clock of the machine is of no use.
        _listener = StartListener(boot: new Guid(8, 0, 0, new byte[8]));
        _listener.Node.Counters.UnfinishedResumed.ShouldBe(1);
        CompletesWith(key, key.SourceSymbols - held);
    }

    [Fact]
    public void Restarts_without_news_wear_it_out()
    {
        HearPartOfABurst(k => k / 2);
        for (var boot = 1; boot <= 8; boot++)
        {
            _listener.Dispose();
            _listener = StartListener(boot: new Guid(8 + boot, 0, 0, new byte[8]), isConnected: false);
            _listener.Node.Counters.UnfinishedResumed.ShouldBe(boot < 8 ? 1 : 0);
        }

        _pair.Time.RunFor(TimeSpan.FromMinutes(1));
        _store.Marks.ReadAll(MarkKind.Unfinished).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("flipped")]
    public void A_damaged_record_is_counted_and_the_rest_goes_on(string damage)
    {
        HearPartOfABurst(k => k / 2);
        _listener.Dispose();
        var (name, value) = _store.Marks.ReadAll(MarkKind.Unfinished).ShouldHaveSingleItem();
        value.Length.ShouldBeLessThanOrEqualTo(IDurableMarks.MaxValueLength);
        value[value.Length / 2] ^= 1;
        _store.Marks.Write(MarkKind.Unfinished, name, damage == "flipped" ? value : System.Text.Encoding.UTF8.GetBytes(damage));

        _listener = StartListener();
        _listener.Node.Counters.UnfinishedDamaged.ShouldBe(1);
        _listener.Node.Counters.UnfinishedResumed.ShouldBe(0);
        _pair.Time.RunUntil(() => _store.EntryCount == Entries.Count, TimeSpan.FromHours(3)).ShouldBeTrue();
        _pair.Time.RunFor(TimeSpan.FromMinutes(6));
        _store.Marks.ReadAll(MarkKind.Unfinished).ShouldBeEmpty();
    }

    [Fact]
    public void It_is_written_seldom_however_much_is_heard()
    {
        var writes = 0;
        byte[]? last = null;
        for (var second = 0; second < 1800; second++)
        {
            if (second % 60 == 0)
            {
                // Symbols of bursts that nobody ever completes.
                var frame = new byte[60];
                new Random(second).NextBytes(frame);
                frame[0] = 0x40 | 7;
                frame[5] = (byte)(second / 60);
                frame.AsSpan(1, 4).Fill(9);
                ((Air.Radio.IRadioEvents)_listener.Node).FrameReceived(new Air.Radio.ReceivedFrame(frame, -90, 5, 0));
            }

            _pair.Time.RunFor(TimeSpan.FromSeconds(1));
            var value = _store.Marks.Read(MarkKind.Unfinished, "mesh"u8);
            writes += value is not null && (last is null || !value.SequenceEqual(last)) ? 1 : 0;
            last = value;
        }

        writes.ShouldBeInRange(1, 7);
    }

    private (BurstKey Key, int Held) HearPartOfABurst(Func<int, int> hold)
    {
        foreach (var entry in Entries)
        {
            _speaker.Store.AppendAsync(entry).AsTask().GetAwaiter().GetResult().IsStored.ShouldBeTrue();
        }

        _speaker.Node.StoreChanged();
        var begin = _pair.Ether.Transmissions.Count;
        BurstKey? burst = null;
        var held = 0;
        _pair.Time.RunUntil(
            () =>
            {
                var frames = FramesSince(begin).ToList();
                (burst, held) = (frames.Count > 0 ? frames[0] : null, frames.Count);
                return burst is { } key && held == hold(key.SourceSymbols) && _listener.Node.Mesh.HasUnfinished;
            },
            TimeSpan.FromMinutes(2)).ShouldBeTrue();

        // The last frame is still to end.
        _pair.Time.RunUntil(() => _pair.Ether.Transmissions[^1].End <= _pair.Ether.Now, TimeSpan.FromSeconds(5)).ShouldBeTrue();
        _pair.Ether.Disconnect("a", _listener.Name);
        _pair.Time.RunFor(TimeSpan.FromMinutes(1));
        _store.EntryCount.ShouldBe(0);
        burst!.Value.SourceSymbols.ShouldBeGreaterThan(3);
        return (burst.Value, held);
    }

    private void CompletesWith(BurstKey key, int missing)
    {
        var begin = _pair.Ether.Transmissions.Count;
        _pair.Time.RunUntil(() => _store.EntryCount == Entries.Count, TimeSpan.FromMinutes(10)).ShouldBeTrue();
        FramesSince(begin).ShouldBe(Enumerable.Repeat(key, missing));
        _speaker.Node.Mesh.Counters.SymbolRepairs.ShouldBe(1);
        _speaker.Node.Mesh.Counters.Repairs.ShouldBe(0);
        _listener.Node.Mesh.Counters.Wants.ShouldBe(1);
    }

    /// <summary>The bursts of several frames that the speaker's frames belong to; it says nothing else in several frames.</summary>
    private IEnumerable<BurstKey> FramesSince(int begin)
    {
        foreach (var sent in _pair.Ether.Transmissions.Skip(begin).Where(sent => sent.Sender == "a"))
        {
            if (Frame.TryParse(sent.Bytes.Span, out var frame) == RefusalReason.None && frame.Key.SourceSymbols > 3)
            {
                yield return frame.Key;
            }
        }
    }

    private SimulatedGateway StartListener(Guid? boot = null, bool isConnected = true)
    {
        var name = $"b{_starts++}";
        var gateway = _pair.Gateway(name, _store, options => options with { Opening = new LedgerOpening { Boot = boot ?? Boot, FirstStart = _starts == 1 } });
        if (isConnected)
        {
            _pair.Connect("a", name);
        }

        gateway.Start();
        return gateway;
    }

    private void PullThePlug()
    {
        // What the process writes at its end is not written.
        var marks = _store.Marks.ReadAll(MarkKind.Unfinished);
        _listener.Dispose();
        foreach (var (name, value) in marks)
        {
            _store.Marks.Write(MarkKind.Unfinished, name, value);
        }
    }
}
