using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Speaking;
using P2Panda.Radio.Mesh.Tests.Filters;

namespace P2Panda.Radio.Mesh.Tests.Speaking;

/// <summary>Whose turn it is, and who finds room.</summary>
public sealed class SpeechQueueTests : IDisposable
{
    private const int MaxBursts = 4;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SpeechQueue _queue = new(MaxBursts);
    private readonly KeyPair _key = KeyPair.FromSeed(new byte[32]);
    private readonly BurstWriter _writer;
    private uint _tag;

    public SpeechQueueTests() => _writer = new BurstWriter(new BurstWriterOptions
    {
        Key = _key,
        Network = default,
        Counter = new Counter(),
        Logs = new StoredPayloads(),
        Shapes = new AirDictionary(),
        Random = new Random(1),
    });

    public void Dispose() => _key.Dispose();

    [Fact]
    public void The_most_pressing_class_goes_first_and_within_it_who_waits_longest()
    {
        var bulk = Add(TrafficClass.Bulk, Second);
        var later = Add(TrafficClass.Normal, 3 * Second);
        var normal = Add(TrafficClass.Normal, 2 * Second);
        _queue.Next(TimeSpan.Zero).ShouldBeNull();
        _queue.Next(Second).ShouldBe(bulk);
        _queue.Next(4 * Second).ShouldBe(normal);
        _queue.Remove(normal);
        _queue.Next(4 * Second).ShouldBe(later);
    }

    [Fact]
    public void While_an_urgent_burst_waits_for_its_turn_nothing_less_pressing_is_begun()
    {
        Add(TrafficClass.Normal, Second);
        var urgent = Add(TrafficClass.Urgent, 5 * Second);
        _queue.Next(2 * Second).ShouldBeNull();
        _queue.NextDue().ShouldBe(5 * Second);
        var talk = Add(TrafficClass.Control, 2 * Second, BurstPurpose.Talk);
        _queue.Next(2 * Second).ShouldBe(talk);
        _queue.Remove(talk);
        _queue.Next(5 * Second).ShouldBe(urgent);

        // A later round is no haste.
        urgent.Rounds = 1;
        urgent.DueAt = 60 * Second;
        _queue.Next(6 * Second)!.Class.ShouldBe(TrafficClass.Normal);
    }

    [Fact]
    public void An_urgent_repeat_that_others_have_made_holds_nobody_up()
    {
        var bulk = Add(TrafficClass.Bulk, Second);
        Add(TrafficClass.Urgent, 5 * Second).Overheard = 1;
        _queue.Next(2 * Second).ShouldBe(bulk);
        _queue.NextDue().ShouldBe(Second);
    }

    [Fact]
    public void A_queue_full_of_bulk_has_room_for_what_is_urgent_up_to_a_bound()
    {
        for (var count = 0; count < MaxBursts; count++)
        {
            Add(TrafficClass.Bulk, Second);
        }

        _queue.HasRoom.ShouldBeFalse();
        _queue.TryAdd(Burst(TrafficClass.Normal, Second)).ShouldBeFalse();
        var added = Enumerable.Range(0, 100).Count(_ => _queue.TryAdd(Burst(TrafficClass.Urgent, Second)));
        added.ShouldBe(8);
        _queue.HasRoomFor(TrafficClass.Urgent).ShouldBeFalse();
    }

    private BurstOnAir Add(TrafficClass trafficClass, TimeSpan dueAt, BurstPurpose purpose = BurstPurpose.Relay)
    {
        var burst = Burst(trafficClass, dueAt, purpose);
        _queue.TryAdd(burst).ShouldBeTrue();
        return burst;
    }

    private BurstOnAir Burst(TrafficClass trafficClass, TimeSpan dueAt, BurstPurpose purpose = BurstPurpose.Relay)
    {
        var key = new BurstKey(new BurstTag(++_tag), 1, 10);
        var burst = _writer.Repeat(new ReceivedBurst { Key = key, Kind = BurstKind.AuthorEntry, Body = default, PaddedBytes = new byte[10] });
        return new BurstOnAir(burst, purpose, trafficClass, 1, dueAt);
    }

    private sealed class Counter : IBurstCounter
    {
        public ulong Next() => throw new InvalidOperationException("Repeated bursts are not sealed anew.");
    }
}
