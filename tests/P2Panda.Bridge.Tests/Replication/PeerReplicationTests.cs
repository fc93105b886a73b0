using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Core.Operations;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Bridge.Tests.Replication;

/// <summary>What aquadoggo is known to do wrong, and what it leaves to others.</summary>
public sealed class PeerReplicationTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(55);
    private static readonly ReplicationOptions AllAtOnce = new() { DefinitionsFirst = false };

    [Fact]
    public async Task AnswersUnderTheIdOfADroppedRequestAreUnderstood()
    {
        var node = Node(isLower: false);
        await AnnounceAsync(node);
        var request = node.Sent.OfType<SyncRequestMessage>().ShouldHaveSingleItem();
        await node.ReceiveAsync(new SyncRequestMessage(7, 0, request.Schemas));

        await node.ReceiveAsync(new HaveMessage(7, new LogHeights()));
        await node.ReceiveAsync(new SyncDoneMessage(7));

        node.Replication.Counters.WrongSessionIds.ShouldBe(1);
        node.Replication.Counters.Completed.ShouldBe(1);
        node.Sent.OfType<SyncDoneMessage>().ShouldHaveSingleItem().SessionId.ShouldBe(request.SessionId);
        node.Replication.Sessions.ShouldBeEmpty();
    }

    [Fact]
    public async Task ARequestThatIsNotAnsweredLeadsToANewConnection()
    {
        var node = Node();
        await AnnounceAsync(node);

        await node.PassAsync(TimeSpan.FromSeconds(29));
        node.Reconnects.ShouldBe(0);
        await node.PassAsync(TimeSpan.FromSeconds(2));

        node.Reconnects.ShouldBe(1);
        node.Replication.Counters.TimedOut.ShouldBe(1);
    }

    [Fact]
    public async Task PatienceGrowsWithWhatWasSent()
    {
        var node = Node();
        using var ada = new AppAuthor(1);
        var chat = ada.DefineSchema("chat");
        for (var i = 0; i < 198; i++)
        {
            ada.Create(chat, "x");
        }

        await node.Store.AppendAsync(ada.Written);
        await node.Index.RefreshAsync();
        node.Replication.Support(node.Index.Known, node.Now);
        await node.ReceiveAsync(new AnnounceMessage(1, 1, node.Index.Known));
        await node.PassAsync(TimeSpan.FromSeconds(5));
        var request = node.Sent.OfType<SyncRequestMessage>().Last();
        await node.ReceiveAsync(new HaveMessage(request.SessionId, new LogHeights()));
        node.Sent.OfType<EntryMessage>().Count().ShouldBe(200);

        // 200 entries take a slow peer four seconds, in which it says nothing to anybody.
        await node.PassAsync(TimeSpan.FromSeconds(33));
        node.Ended.ShouldBeEmpty();
        await node.PassAsync(TimeSpan.FromSeconds(2));
        node.Ended.ShouldHaveSingleItem().Reason.ShouldBe(SessionEnd.TimedOut);
        node.Reconnects.ShouldBe(0, "it had answered: its silence is no death");
    }

    [Fact]
    public async Task SessionsGrowWhileThePeerKeepsUpAndShrinkWhileItDoesNot()
    {
        var node = Node(options: AllAtOnce with { FirstBatch = 4, SmallestBatch = 2, LargestBatch = 8 });
        using var ada = new AppAuthor(1);
        var chat = ada.DefineSchema("chat");
        for (var i = 0; i < 100; i++)
        {
            ada.Create(chat, "x");
        }

        await node.Store.AppendAsync(ada.Written);
        await node.Index.RefreshAsync();
        node.Replication.Support(node.Index.Known, node.Now);
        await node.ReceiveAsync(new AnnounceMessage(1, 1, node.Index.Known));
        var sizes = new List<int>();
        foreach (var delay in new[] { 0.1, 0.1, 0.1, 5, 5, 0.1 })
        {
            node.Sent.Clear();
            await node.PassAsync(TimeSpan.FromMilliseconds(1));
            var request = node.Sent.OfType<SyncRequestMessage>().ShouldHaveSingleItem();
            node.Now += TimeSpan.FromSeconds(delay);
            await node.ReceiveAsync(new HaveMessage(request.SessionId, new LogHeights()));
            sizes.Add(node.Sent.OfType<EntryMessage>().Count());
            await node.ReceiveAsync(new SyncDoneMessage(request.SessionId));
        }

        sizes.ShouldBe([4, 8, 8, 4, 2, 4]);
    }

    [Fact]
    public async Task PollingBacksOffButNewsGoAtOnce()
    {
        var node = Node();
        await AnnounceAsync(node);
        var gaps = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            var request = node.Sent.OfType<SyncRequestMessage>().Last();
            await node.ReceiveAsync(new HaveMessage(request.SessionId, new LogHeights()));
            await node.ReceiveAsync(new SyncDoneMessage(request.SessionId));
            await node.ReceiveAsync(new SyncRequestMessage((ulong)(900 + i), 0, request.Schemas));
            await node.ReceiveAsync(new HaveMessage((ulong)(900 + i), new LogHeights()));
            await node.ReceiveAsync(new SyncDoneMessage((ulong)(900 + i)));
            var count = node.Sent.OfType<SyncRequestMessage>().Count();
            var before = node.Now;
            while (node.Sent.OfType<SyncRequestMessage>().Count() == count)
            {
                await node.PassAsync(TimeSpan.FromSeconds(1));
            }

            gaps.Add((node.Now - before).TotalSeconds);
        }

        gaps[^1].ShouldBe(120, 1.5);
        gaps.ShouldBe(gaps.Order());
        var last = node.Sent.OfType<SyncRequestMessage>().Last();
        await node.ReceiveAsync(new HaveMessage(last.SessionId, new LogHeights()));
        await node.ReceiveAsync(new SyncDoneMessage(last.SessionId));
        var asked = node.Sent.OfType<SyncRequestMessage>().Count();

        node.Replication.News(SchemaId.BlobPiece, node.Now);
        await node.PassAsync(TimeSpan.FromMilliseconds(150));

        node.Sent.OfType<SyncRequestMessage>().Count().ShouldBe(asked + 1);
    }

    [Fact]
    public async Task DefinitionsGoFirstAndGetTimeToBecomeSchemas()
    {
        var node = Node(options: new ReplicationOptions());
        using var ada = new AppAuthor(1);
        ada.Create(ada.DefineSchema("chat"), "x");
        await node.Store.AppendAsync(ada.Written);
        await node.Index.RefreshAsync();
        node.Replication.Support(node.Index.Known, node.Now);
        await node.ReceiveAsync(new AnnounceMessage(1, 1, node.Index.Known));
        await node.PassAsync(TimeSpan.FromMilliseconds(100));

        var first = node.Sent.OfType<SyncRequestMessage>().ShouldHaveSingleItem();
        first.Schemas.ShouldBe(SchemaIdSet.Definitions);
        await node.ReceiveAsync(new HaveMessage(first.SessionId, new LogHeights()));
        await node.ReceiveAsync(new SyncDoneMessage(first.SessionId));
        await node.PassAsync(TimeSpan.FromSeconds(1));
        node.Sent.OfType<SyncRequestMessage>().Count().ShouldBe(1);
        await node.PassAsync(TimeSpan.FromSeconds(1.1));
        node.Sent.OfType<SyncRequestMessage>().Last().Schemas.ShouldBe(node.Index.Known);
    }

    /// <summary>Both ask at the beginning; the peer's empty session ends when we have just learnt that there is something to ask for.</summary>
    [Fact]
    public async Task AnEmptySessionOfThePeerDoesNotPutOffWhatIsDue()
    {
        var node = Node(options: AllAtOnce);
        using var ada = new AppAuthor(1);
        ada.Create(ada.DefineSchema("chat"), "x");
        await node.Store.AppendAsync(ada.Written);
        await node.Index.RefreshAsync();
        node.Replication.Support(node.Index.Known, node.Now);
        await node.ActAsync();
        var blobs = SchemaIdSet.Of([SchemaId.Blob]);
        await AskAsync(1);
        await node.ReceiveAsync(new AnnounceMessage(1, 1, node.Index.Known));
        await AskAsync(2);

        await node.PassAsync(TimeSpan.FromMilliseconds(100));
        var request = node.Sent.OfType<SyncRequestMessage>().ShouldHaveSingleItem("it was due before the peer's session ended, and is now");
        await node.ReceiveAsync(new HaveMessage(request.SessionId, new LogHeights()));
        node.Sent.OfType<EntryMessage>().Count().ShouldBe(3);

        async Task AskAsync(ulong session)
        {
            await node.ReceiveAsync(new SyncRequestMessage(session, SyncRequestMessage.LogHeightMode, blobs));
            await node.ReceiveAsync(new HaveMessage(session, new LogHeights()));
            await node.ReceiveAsync(new SyncDoneMessage(session));
            node.Replication.Sessions.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task EveryRequestIsAnsweredEvenForWhatIsNotReplicated()
    {
        await using var store = new MemoryLogStore(StoreBounds.Default, TimeProvider.System);
        var replication = new PeerReplication(AllAtOnce, SchemaIdSet.Definitions, isOpen: false, isLower: true, () => 1, Start);
        replication.TakeAction();

        replication.Receive(new SyncRequestMessage(4, 0, SchemaIdSet.Of([SchemaId.Blob])), Start);

        var describe = replication.TakeAction().ShouldBeOfType<ReplicationAction.Describe>();
        describe.Session.Schemas.ShouldBeEmpty();
        replication.Described(describe.Session, new LogHeights(), Start);
        replication.TakeAction().ShouldBeOfType<ReplicationAction.Send>().Message.ShouldBeOfType<HaveMessage>().SessionId.ShouldBe(4UL);
        replication.TakeAction().ShouldBeOfType<ReplicationAction.Send>().Message.ShouldBe(new SyncDoneMessage(4));
    }

    [Fact]
    public async Task ARunningIdThatComesAgainBeginsAnew()
    {
        var node = Node();
        await node.ReceiveAsync(new SyncRequestMessage(0, 0, SchemaIdSet.Definitions));
        await node.ReceiveAsync(new SyncRequestMessage(0, 0, SchemaIdSet.Definitions));

        node.Sent.OfType<HaveMessage>().Count().ShouldBe(2);
        node.Replication.Sessions.Count.ShouldBe(1);
        node.Ended.ShouldHaveSingleItem().Reason.ShouldBe(SessionEnd.Replaced);
    }

    [Fact]
    public async Task ASecondHaveEndsTheSession()
    {
        var node = Node();
        await node.ReceiveAsync(new SyncRequestMessage(0, 0, SchemaIdSet.Definitions));
        await node.ReceiveAsync(new HaveMessage(0, new LogHeights()));
        await node.ReceiveAsync(new HaveMessage(0, new LogHeights()));

        node.Ended.ShouldHaveSingleItem().Reason.ShouldBe(SessionEnd.Violated);
    }

    [Fact]
    public async Task WhatMeansNothingIsCountedAndDoesNoHarm()
    {
        var node = Node();
        await node.ReceiveAsync(new AnnounceMessage(2, 5, SchemaIdSet.Definitions));
        await node.ReceiveAsync(new AnnounceMessage(1, 5, SchemaIdSet.Definitions));
        await node.ReceiveAsync(new AnnounceMessage(1, 5, SchemaIdSet.Empty));
        await node.ReceiveAsync(new SyncRequestMessage(3, SyncRequestMessage.SetReconciliationMode, SchemaIdSet.Definitions));
        await node.ReceiveAsync(new SyncDoneMessage(77));
        await node.ReceiveAsync(new EntryMessage(77, new byte[1], new byte[1]));

        node.Replication.Announced.ShouldBe(SchemaIdSet.Definitions);
        node.Replication.Counters.AnnouncementsIgnored.ShouldBe(2);
        node.Replication.Counters.RequestsIgnored.ShouldBe(1);
        node.Replication.Counters.UnknownSessions.ShouldBe(2);
        node.Replication.Sessions.ShouldBeEmpty();
    }

    [Fact]
    public async Task AnnouncementsOfOneSecondAreToldApart()
    {
        var node = Node();
        await node.ActAsync();
        node.Replication.Support(SchemaIdSet.Definitions, node.Now);
        await node.ActAsync();

        var times = node.Sent.OfType<AnnounceMessage>().Select(announce => announce.Timestamp).ToList();
        times.Count.ShouldBe(2);
        times[1].ShouldBe(times[0] + 1);
    }

    [Fact]
    public async Task APeerCannotOpenSessionsWithoutEnd()
    {
        var node = Node();
        for (ulong id = 0; id < 100; id++)
        {
            var schemas = SchemaIdSet.Of([SchemaId.Application($"s{id}", DocumentViewId.Of(Core.Hashing.Yasmf.Hash(BitConverter.GetBytes(id))))]);
            await node.ReceiveAsync(new SyncRequestMessage(id, 0, schemas));
        }

        node.Replication.Sessions.Count.ShouldBe(16);
        node.Replication.Counters.RequestsIgnored.ShouldBe(84);
    }

    private static DirectPeer Node(bool isLower = true, ReplicationOptions? options = null)
    {
        var nextId = 100UL;
        return new DirectPeer(
            new MemoryLogStore(StoreBounds.Default, TimeProvider.System), options ?? AllAtOnce, isLower, () => nextId++, Start);
    }

    private static async Task AnnounceAsync(DirectPeer node)
    {
        await node.ReceiveAsync(new AnnounceMessage(1, 1, node.Index.Known));
        await node.PassAsync(TimeSpan.FromMilliseconds(1));
    }
}
