using P2Panda.Core.Logs;
using P2Panda.Store.Memory;

namespace P2Panda.Store.Tests;

/// <summary>Random schedules: a database answers as memory does, whatever happens in whatever order and however often it is reopened.</summary>
public abstract partial class DurableLogStoreContract
{
    private const int Steps = 150;

    /// <summary>Small bounds, so that random schedules reach them.</summary>
    private static readonly StoreBounds TightBounds = new()
    {
        MaxBuffered = 12,
        MaxBufferedPerAuthor = 5,
        MaxBufferedBytes = 6000,
        MaxBufferedBytesPerAuthor = 2000,
        MaxForkEvidence = 2,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_random_schedule_ends_as_in_memory(int seed)
    {
        var random = new Random(seed);
        await using var expected = new MemoryLogStore(TightBounds, Clock);
        var store = await OpenAsync(TightBounds);
        var logs = Enumerable.Range(0, 6).Select(i => new TestLog(i / 2, (ulong)i)).ToList();
        for (var step = 0; step < Steps; step++)
        {
            Clock.Advance(TimeSpan.FromMinutes(1));
            switch (random.Next(20))
            {
                case 0:
                    store = await ReopenAsync(store, TightBounds);
                    break;
                case 1:
                    var before = Clock.GetUtcNow() - TimeSpan.FromMinutes(random.Next(5, 60));
                    var (pruned, prunedThere) = (await store.PruneAsync(before), await expected.PruneAsync(before));
                    (pruned.Entries, pruned.Buffered).ShouldBe((prunedThere.Entries, prunedThere.Buffered));
                    pruned.ForgottenLogs.ShouldBe(prunedThere.ForgottenLogs);
                    break;
                case 2:
                    var log = logs[random.Next(logs.Count)].Key;
                    var retention = random.Next(2) == 0 ? RetentionClass.Carried : RetentionClass.Kept;
                    (await store.SetRetentionAsync(log, retention)).ShouldBe(await expected.SetRetentionAsync(log, retention));
                    break;
                default:
                    var batch = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Draw(expected, logs, random)).ToList();
                    var asked = random.Next(3) == 0 ? RetentionClass.Kept : RetentionClass.Carried;
                    (await store.AppendAsync(batch, asked)).ShouldBe(await expected.AppendAsync(batch, asked));
                    break;
            }

            store.LastChange.ShouldBe(expected.LastChange);
            store.EntryCount.ShouldBe(expected.EntryCount);
            store.BufferedCount.ShouldBe(expected.BufferedCount);
        }

        store.Logs().ShouldBe(expected.Logs());
        (await ChangesAsync(store)).ShouldBe(await ChangesAsync(expected));
        (await store.ReadForksAsync(0, 10)).Select(fork => (fork.Change, fork.First.Id, fork.Second.Id))
            .ShouldBe((await expected.ReadForksAsync(0, 10)).Select(fork => (fork.Change, fork.First.Id, fork.Second.Id)));
        foreach (var log in logs)
        {
            store.BufferedPositions(log.Key).ShouldBe(expected.BufferedPositions(log.Key));
        }

        static async Task<List<(long Change, EntryId Id)>> ChangesAsync(ILogStore store) =>
            [.. (await store.ReadChangesAsync(0, 10_000)).Changes.Select(change => (change.Sequence, change.Entry.Id))];
    }

    /// <summary>Mostly what comes next in a log, sometimes something older, further ahead, forked or wrongly linked.</summary>
    private static VerifiedEntry Draw(ILogStore store, List<TestLog> logs, Random random)
    {
        var log = logs[random.Next(logs.Count)];
        var height = store.View.HeightOf(log.Key) ?? 0;
        return random.Next(12) switch
        {
            0 when height > 0 => log.Other((ulong)random.NextInt64(1, (long)height + 1)),
            1 => log.Make(height + 1, "wrong", Elsewhere),
            2 => log.Make(height + 1 + (ulong)random.Next(3), "waits", Elsewhere, payloadLength: 700),
            3 or 4 => log[(ulong)random.NextInt64(1, (long)height + 2)],
            5 or 6 or 7 => log[height + (ulong)random.Next(2, 6)],
            _ => log[height + 1],
        };

        static EntryId Elsewhere(ulong position) => TestLog.IdOf(BitConverter.GetBytes(position));
    }
}
