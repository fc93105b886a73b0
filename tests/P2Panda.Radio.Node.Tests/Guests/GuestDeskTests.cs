using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Node.Guests;
using P2Panda.Radio.Simulation.Scenarios;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Node.Tests.Guests;

public sealed class GuestDeskTests
{
    private readonly GuestDesk _desk = new();

    [Fact]
    public void LogsTakeTurnsAndTheMorePressingGoFirst()
    {
        Arrive(Log(1), 1, priority: 1);
        Arrive(Log(1), 2, priority: 1);
        Arrive(Log(2), 1, priority: 1);
        Arrive(Log(3), 4, priority: 0);

        Take().ShouldBe((Log(3), 4ul));
        Take().ShouldBe((Log(1), 1ul));
        Take().ShouldBe((Log(2), 1ul));
        Take().ShouldBe((Log(1), 2ul));
        _desk.Next().ShouldBeNull();
        _desk.Waiting.ShouldBe(0);
        _desk.LimitOf(Log(1)).ShouldBeNull();
    }

    [Fact]
    public void ARefusedEntryHoldsBackWhatFollows()
    {
        Arrive(Log(1), 1);
        Arrive(Log(1), 2);
        Take();
        _desk.Hold(Log(1));
        Arrive(Log(1), 3);

        _desk.Next().ShouldBeNull();
        _desk.Held.ShouldBe(2);
        _desk.LimitOf(Log(1)).ShouldBe(1ul);
        _desk.Accompany(Log(1), 4).ShouldBeNull();

        _desk.Reconsider();
        _desk.Waiting.ShouldBe(3);
        Take().ShouldBe((Log(1), 2ul));
    }

    [Fact]
    public void WhatIsHeardByRadioNeedNotBeSent()
    {
        Arrive(Log(1), 1);
        Arrive(Log(1), 2);
        Arrive(Log(1), 3);

        _desk.Heard(Log(1), 2);

        Take().ShouldBe((Log(1), 3ul));
    }

    [Fact]
    public async Task ARestartChangesNothing()
    {
        using var first = new MadeUpAuthor(1);
        await using var store = new MemoryLogStore(StoreBounds.Default, TimeProvider.System);
        var keys = new List<LogKey>();
        for (var number = 0; number < 3000; number++)
        {
            using var author = new MadeUpAuthor(number);
            await store.AppendAsync([author.Write(), author.Write()], EntryOrigin.Internet);
            Arrive(author.Log, 1);
            Arrive(author.Log, 2);
            keys.Add(author.Log);
        }

        Take();
        _desk.Hold(keys[1]);
        var marks = new GuestMarks(store.Marks);
        marks.Write(_desk);
        store.Marks.ReadAll(MarkKind.Guest).Count.ShouldBeGreaterThan(1);

        var again = new GuestDesk();
        new GuestMarks(store.Marks).Read(again, store.View);

        (again.Waiting + again.Held).ShouldBe(_desk.Waiting + _desk.Held);
        keys.ShouldAllBe(key => again.LimitOf(key) == _desk.LimitOf(key));
        while (_desk.Next() is not null)
        {
            Take();
        }

        _desk.Reconsider();
        Take();
        Take();
        marks.Write(_desk);
        store.Marks.ReadAll(MarkKind.Guest).ShouldBeEmpty();
    }

    private static LogKey Log(byte author)
    {
        var key = new byte[PublicKey.Length];
        key[0] = author;
        return new LogKey(LogFormat.Bamboo, new PublicKey(key), LogId.FromUInt64(0));
    }

    private void Arrive(LogKey log, ulong position, int priority = 0) => _desk.Arrive(log, position, () => new GuestVerdict(true, priority));

    private (LogKey Log, ulong SequenceNumber) Take()
    {
        var next = _desk.Next().ShouldNotBeNull();
        _desk.Release(next.Log);
        return next;
    }
}
