using P2Panda.Bridge.Index;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Bamboo;
using P2Panda.Store;

namespace P2Panda.Bridge.Tests.Replication;

/// <summary>Carries out what a replication wants at once and without any network: what it sends is collected.</summary>
internal sealed class DirectPeer
{
    public DirectPeer(ILogStore store, ReplicationOptions options, bool isLower, Func<ulong> nextId, DateTimeOffset now)
    {
        Store = store;
        Now = now;
        Index = new StoreIndex(store);
        Index.RefreshAsync().GetAwaiter().GetResult();
        Replication = new PeerReplication(options, Index.Known, isOpen: true, isLower, nextId, now);
    }

    public ILogStore Store { get; }

    public StoreIndex Index { get; }

    public PeerReplication Replication { get; }

    public DateTimeOffset Now { get; set; }

    public List<ReplicationMessage> Sent { get; } = [];

    public List<(Session Session, SessionEnd Reason)> Ended { get; } = [];

    public int Reconnects { get; private set; }

    public async Task ReceiveAsync(ReplicationMessage message)
    {
        Replication.Receive(message, Now);
        await ActAsync();
    }

    public async Task PassAsync(TimeSpan time)
    {
        Now += time;
        Replication.Tick(Now);
        await ActAsync();
    }

    public async Task ActAsync()
    {
        while (Replication.TakeAction() is { } action)
        {
            switch (action)
            {
                case ReplicationAction.Send send:
                    Sent.Add(send.Message);
                    break;
                case ReplicationAction.Describe describe:
                    await Index.RefreshAsync();
                    Replication.Described(describe.Session, await Index.DescribeAsync(describe.Session.Schemas), Now);
                    break;
                case ReplicationAction.SendEntries send:
                    await SendAsync(send);
                    break;
                case ReplicationAction.Store store:
                    var entry = BambooEntry.Verify(store.Entry.Entry, store.Entry.Operation).Entry;
                    await Store.AppendAsync(entry.ShouldNotBeNull());
                    break;
                case ReplicationAction.Ended ended:
                    Ended.Add((ended.Session, ended.Reason));
                    break;
                case ReplicationAction.Reconnect:
                    Reconnects++;
                    break;
            }
        }
    }

    private async Task SendAsync(ReplicationAction.SendEntries send)
    {
        var count = 0;
        var hasMore = false;
        await foreach (var entry in Index.FindMissingAsync(send.Session.Schemas, send.Remote))
        {
            if (count == send.Limit)
            {
                hasMore = true;
                break;
            }

            Sent.Add(new EntryMessage(send.Session.Id, entry.EntryBytes, entry.PayloadBytes!.Value));
            count++;
        }

        Replication.EntriesSent(send.Session, count, hasMore, Now);
    }
}
