using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Reassembly;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;

namespace P2Panda.Radio.Air.Tests.Reassembly;

/// <summary>Unfinished bursts are written down and taken up by the receiver of another process.</summary>
public sealed class UnfinishedSurviveTests
{
    private const int K = 6;
    private static readonly TimeSpan Lifetime = new AssemblyBounds().UnfinishedLifetime;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_burst_begun_before_is_completed_by_what_was_missing(bool strict)
    {
        var padded = Burst(1);
        var signer = strict ? SampleEntries.Key(1) : null;
        var before = NewStation(strict);
        for (var symbol = 10; symbol < 10 + K - 1; symbol++)
        {
            before.Hear(Forge.Frame(padded, K, symbol, signer: signer)).Verdict.ShouldBe(FrameVerdict.Progress);
        }

        var kept = before.Receiver.KeepUnfinished([KeyOf(padded)], 10_000);
        before.Receiver.KeepUnfinished([KeyOf(padded)], 10_000).ShouldBe(kept);

        var after = NewStation(strict);
        after.Receiver.ResumeUnfinished(kept, TimeSpan.Zero, after.Now).ShouldNotBeNull().ShouldBe([KeyValuePair.Create(KeyOf(padded), K - 1)]);
        after.Hear(Forge.Frame(padded, K, 12, signer: signer)).Verdict.ShouldBe(FrameVerdict.Duplicate);
        after.Hear(Forge.Frame(padded, K, 0, signer: signer)).Verdict.ShouldBe(FrameVerdict.Completed);
        after.Receiver.UnfinishedBursts.ShouldBe(0);
    }

    [Fact]
    public void Forged_symbols_that_were_kept_are_found_out_as_if_they_had_just_been_heard()
    {
        var padded = Burst(1);
        var before = NewStation();
        var forged = Forge.Frame(padded, K, 20);
        forged.AsSpan(FrameFormat.CodedHeaderLength).Fill(0x5A);
        before.Hear(forged);
        before.Hear(Forge.Frame(padded, K, 1));

        var after = NewStation();
        after.Receiver.ResumeUnfinished(before.Receiver.KeepUnfinished([KeyOf(padded)], 10_000), TimeSpan.Zero, after.Now)!.Count.ShouldBe(1);
        var verdicts = Enumerable.Range(2, 7).Select(symbol => after.Hear(Forge.Frame(padded, K, symbol)).Verdict).ToList();
        verdicts.ShouldContain(FrameVerdict.Completed);
    }

    [Fact]
    public void Whatever_the_bytes_are_nothing_is_thrown_and_no_bound_is_passed()
    {
        var bounds = new AssemblyBounds { MaxAssemblies = 4, MaxSymbolBytes = 4_000, MaxSurplusSymbols = 2 };
        var before = NewStation();
        var keys = new List<BurstKey>();
        for (ulong counter = 1; counter <= 12; counter++)
        {
            var padded = Burst(counter);
            keys.Add(KeyOf(padded));
            Forge.Frames(padded, K, 1, 2, 3).ToList().ForEach(frame => before.Hear(frame));
        }

        var kept = before.Receiver.KeepUnfinished(keys, 100_000);
        var random = new Random(5);
        var accepted = 0;
        for (var trial = 0; trial < 3_000; trial++)
        {
            var damaged = kept[..(trial % 3 == 0 ? random.Next(kept.Length) : kept.Length)];
            for (var flips = random.Next(1, 6); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var after = NewStation(bounds: bounds);
            var resumed = after.Receiver.ResumeUnfinished(damaged, TimeSpan.FromHours(random.Next(-3, 3)), after.Now);
            accepted += resumed is { Count: > 0 } ? 1 : 0;
            after.Receiver.UnfinishedBursts.ShouldBeLessThanOrEqualTo(resumed is null ? 0 : bounds.MaxAssemblies);
            after.Hear(Forge.Frame(Burst(1), K, 9)).Verdict.ShouldNotBe(FrameVerdict.Refused);
        }

        // A changed symbol is a symbol: that it is none of its burst shows when it is decoded.
        accepted.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void No_more_is_written_than_may_be_and_the_first_named_stay_in()
    {
        var before = NewStation();
        var keys = new List<BurstKey>();
        for (ulong counter = 1; counter <= 10; counter++)
        {
            var padded = Burst(counter);
            keys.Add(KeyOf(padded));
            Forge.Frames(padded, K, 1, 2, 3).ToList().ForEach(frame => before.Hear(frame));
        }

        var kept = before.Receiver.KeepUnfinished(keys, 800);
        kept.Length.ShouldBeInRange(400, 800);
        var after = NewStation();
        var resumed = after.Receiver.ResumeUnfinished(kept, TimeSpan.Zero, after.Now)!;
        resumed.Select(burst => burst.Key).ShouldBe(keys.Take(resumed.Count));
        before.Receiver.KeepUnfinished([], 800).ShouldBeEmpty();
        after.Receiver.ResumeUnfinished([], TimeSpan.Zero, after.Now).ShouldNotBeNull().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public void Age_goes_on_over_the_restart(int minutesOff, bool isThere)
    {
        var padded = Burst(1);
        var before = NewStation();
        before.Now = TimeSpan.FromHours(5);
        before.Hear(Forge.Frame(padded, K, 1));
        var kept = before.Receiver.KeepUnfinished([KeyOf(padded)], 10_000);

        // The machine was restarted: its clock begins anew.
        var after = NewStation();
        after.Now = TimeSpan.FromSeconds(10);
        var shift = after.Now - before.Now - TimeSpan.FromMinutes(minutesOff);
        after.Receiver.ResumeUnfinished(kept, shift, after.Now)!.Count.ShouldBe(isThere ? 1 : 0);
        after.Now += Lifetime - TimeSpan.FromMinutes(minutesOff);
        after.Hear(Forge.Frame(padded, K, 2)).Rank.ShouldBe(1);
    }

    private static Station NewStation(bool strict = false, AssemblyBounds? bounds = null)
    {
        var station = new Station(1, strict: strict, bounds: bounds);
        station.Keys.Add(SampleEntries.Key(1).PublicKey);
        return station;
    }

    private static byte[] Burst(ulong counter) => Forge.Sealed(SampleEntries.Key(1), BurstKind.Want, new byte[200], K, counter);

    private static BurstKey KeyOf(byte[] padded) => new(BurstTag.Of(padded), K, padded.Length / K);
}
