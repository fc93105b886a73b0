using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Mesh.Repair;
using P2Panda.Radio.Mesh.Tests.Reconciliation;
using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Tests.Repair;

/// <summary>Repair sets that could not be decoded yet, over a restart.</summary>
public class PendingRepairSetsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Sets_survive_a_restart_with_their_symbols_and_their_age()
    {
        var kept = Write(SetsOf(3), 10_000, out var written);
        written.ShouldBe(3);

        var after = new PendingRepairSets();
        Read(after, kept, -5 * Minute, 6 * Minute).ShouldBe(3);
        after.Count.ShouldBe(3);
        Write(after, 10_000, out _).Length.ShouldBe(kept.Length);

        var late = new PendingRepairSets();
        Read(late, kept, -PendingRepairSets.Lifetime, 9 * Minute).ShouldBe(0);
    }

    [Fact]
    public void No_more_is_written_than_may_be()
    {
        var kept = Write(SetsOf(6), 200, out var written);
        kept.Length.ShouldBeLessThanOrEqualTo(200);
        written.ShouldBeInRange(1, 5);
    }

    [Fact]
    public void Damaged_bytes_take_nothing_up_that_passes_a_bound_and_throw_nothing()
    {
        var kept = Write(SetsOf(PendingRepairSets.MaxSets), 10_000, out _);
        var random = new Random(2);
        for (var trial = 0; trial < 3_000; trial++)
        {
            var damaged = kept[..(trial % 3 == 0 ? random.Next(kept.Length) : kept.Length)];
            for (var flips = random.Next(1, 6); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var after = new PendingRepairSets();
            var taken = Read(after, damaged, TimeSpan.FromHours(random.Next(-3, 3)), 10 * Minute);
            after.Count.ShouldBe(taken ?? 0);
            after.Count.ShouldBeLessThanOrEqualTo(PendingRepairSets.MaxSets);
        }

        Read(new PendingRepairSets(), [.. kept, .. kept], TimeSpan.Zero, 10 * Minute).ShouldBe(PendingRepairSets.MaxSets);
    }

    private static PendingRepairSets SetsOf(int count)
    {
        var sets = new PendingRepairSets();
        for (var number = 0; number < count; number++)
        {
            var message = new RepairSetMessage([new RepairRange((ulong)number, 4, 5)], 20, [200, 41], Enumerable.Repeat((byte)number, 40).ToArray());
            var positions = Enumerable.Range(4, 5).Select(i => new EntryPosition(LogSets.Log(0), (ulong)i)).ToList();
            // Five entries are lacking and two symbols are here: nothing can be rebuilt yet.
            sets.Add(message, positions, isSealed: true, null!, _ => null, 8 * Minute).ShouldBeEmpty();
        }

        return sets;
    }

    private static byte[] Write(PendingRepairSets sets, int maxLength, out int written)
    {
        var writer = new WireWriter();
        written = sets.Write(writer, maxLength);
        return writer.ToArray();
    }

    private static int? Read(PendingRepairSets sets, byte[] kept, TimeSpan shift, TimeSpan now)
    {
        var reader = new WireReader(kept);
        return sets.Read(ref reader, shift, now);
    }
}
