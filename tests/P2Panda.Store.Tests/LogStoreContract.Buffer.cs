using P2Panda.Core.Logs;

namespace P2Panda.Store.Tests;

/// <summary>Entries that arrive before their predecessors.</summary>
public abstract partial class LogStoreContract
{
    [Fact]
    public async Task An_entry_ahead_of_its_log_waits_and_is_appended_when_the_gap_closes()
    {
        var store = await OpenAsync();
        var log = new TestLog();

        (await AppendAsync(store, log[5], log[3], log[2])).ShouldAllBe(outcome => outcome == AppendOutcome.Buffered);
        store.BufferedPositions(log.Key).ShouldBe([2ul, 3, 5]);
        store.EntryCount.ShouldBe(0);
        store.FindLog(log.Key).ShouldBeNull();

        (await AppendAsync(store, log[1])).ShouldBe([AppendOutcome.Appended]);
        store.View.HeightOf(log.Key).ShouldBe(3ul);
        store.BufferedPositions(log.Key).ShouldBe([5ul]);

        (await AppendAsync(store, log[4])).ShouldBe([AppendOutcome.Appended]);
        store.View.HeightOf(log.Key).ShouldBe(5ul);
        store.BufferedCount.ShouldBe(0);
        (await store.ReadChangesAsync(0, 10)).Changes.Select(change => change.Entry.SequenceNumber).ShouldBe([1ul, 2, 3, 4, 5]);
        (await store.ReadRangeAsync(log.Key, 1, 10)).Select(entry => entry.Id).ShouldBe(log.Upto(5).Select(entry => entry.Id));
    }

    [Fact]
    public async Task A_batch_in_reverse_is_stored_whole()
    {
        var store = await OpenAsync();
        var log = new TestLog();

        (await AppendAsync(store, log.Upto(60).Reverse())).ShouldAllBe(outcome => outcome == AppendOutcome.Appended);
        store.View.HeightOf(log.Key).ShouldBe(60ul);
        store.BufferedCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_waiting_entry_is_buffered_once()
    {
        var store = await OpenAsync();
        var log = new TestLog();

        (await AppendAsync(store, log[3], log[3])).ShouldBe([AppendOutcome.Buffered, AppendOutcome.Buffered]);
        store.BufferedCount.ShouldBe(1);
        store.LastChange.ShouldBe(0);
    }

    [Fact]
    public async Task Links_of_a_waiting_entry_are_checked_when_its_turn_comes()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        var wrong = log.Make(3, "wrong", _ => TestLog.IdOf("elsewhere"u8));

        (await AppendAsync(store, wrong)).ShouldBe([AppendOutcome.Buffered]);
        (await AppendAsync(store, log.Upto(2))).ShouldBe([AppendOutcome.Appended, AppendOutcome.Appended]);

        store.View.HeightOf(log.Key).ShouldBe(2ul);
        store.BufferedCount.ShouldBe(0);
        (await AppendAsync(store, log[3])).ShouldBe([AppendOutcome.Appended]);
    }

    [Fact]
    public async Task The_largest_sequence_number_can_wait()
    {
        var store = await OpenAsync();
        var log = new TestLog(1, ulong.MaxValue);
        var last = log.Make(ulong.MaxValue, "last", position => TestLog.IdOf(BitConverter.GetBytes(position)));

        (await AppendAsync(store, last, log[3])).ShouldBe([AppendOutcome.Buffered, AppendOutcome.Buffered]);
        store.BufferedPositions(log.Key).ShouldBe([3ul, ulong.MaxValue]);
        (await AppendAsync(store, log.Upto(2))).ShouldAllBe(outcome => outcome == AppendOutcome.Appended);
        store.BufferedPositions(log.Key).ShouldBe([ulong.MaxValue]);
    }

    [Fact]
    public async Task An_author_has_a_share_of_the_buffer_and_keeps_what_is_needed_soonest()
    {
        var store = await OpenAsync(new StoreBounds { MaxBufferedPerAuthor = 3 });
        var log = new TestLog();

        (await AppendAsync(store, log[10], log[9], log[8])).ShouldAllBe(outcome => outcome == AppendOutcome.Buffered);
        (await AppendAsync(store, log[11])).ShouldBe([AppendOutcome.BufferFull]);
        (await AppendAsync(store, log[2])).ShouldBe([AppendOutcome.Buffered]);
        store.BufferedPositions(log.Key).ShouldBe([2ul, 8, 9]);
        (await AppendAsync(store, log[10])).ShouldBe([AppendOutcome.BufferFull]);
    }

    [Fact]
    public async Task A_full_buffer_takes_from_whoever_uses_most_of_it()
    {
        var store = await OpenAsync(new StoreBounds { MaxBuffered = 6 });
        var (greedy, modest) = (new TestLog(1), new TestLog(2));
        await store.AppendAsync([.. greedy.Upto(6).Skip(1), modest[2]]);
        store.BufferedCount.ShouldBe(6);

        (await AppendAsync(store, modest[3])).ShouldBe([AppendOutcome.Buffered]);
        (await AppendAsync(store, greedy[7])).ShouldBe([AppendOutcome.BufferFull]);

        store.BufferedCount.ShouldBe(6);
        store.BufferedPositions(greedy.Key).ShouldBe([2ul, 3, 4, 5]);
        store.BufferedPositions(modest.Key).ShouldBe([2ul, 3]);
    }

    [Fact]
    public async Task The_buffer_is_bounded_in_bytes()
    {
        var store = await OpenAsync(new StoreBounds { MaxBufferedBytes = 10_000, MaxBufferedBytesPerAuthor = 5_000 });
        var (one, two, three) = (new TestLog(1), new TestLog(2), new TestLog(3));

        (await store.AppendAsync(Large(one, 2, 6_000))).Outcome.ShouldBe(AppendOutcome.BufferFull);
        (await store.AppendAsync(Large(one, 3, 4_000))).Outcome.ShouldBe(AppendOutcome.Buffered);
        (await store.AppendAsync(Large(one, 2, 4_000))).Outcome.ShouldBe(AppendOutcome.Buffered);
        store.BufferedPositions(one.Key).ShouldBe([2ul]);
        (await store.AppendAsync(Large(two, 2, 4_500))).Outcome.ShouldBe(AppendOutcome.Buffered);
        (await store.AppendAsync(Large(three, 2, 2_000))).Outcome.ShouldBe(AppendOutcome.Buffered);
        store.BufferedPositions(two.Key).ShouldBeEmpty();
        store.BufferedCount.ShouldBe(2);

        static VerifiedEntry Large(TestLog log, ulong position, int bytes) =>
            log.Make(position, "large", _ => TestLog.IdOf("any"u8), bytes);
    }

    [Fact]
    public async Task A_buffer_without_room_refuses()
    {
        var store = await OpenAsync(new StoreBounds { MaxBuffered = 0 });
        (await AppendAsync(store, new TestLog()[2])).ShouldBe([AppendOutcome.BufferFull]);
    }
}
