using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Bridge.Index;
using P2Panda.Bridge.Links;
using P2Panda.Core.Logs;
using P2Panda.Libp2p;
using P2Panda.Libp2p.Quic;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Bridge.Tests.Support;

/// <summary>A store with a bridge and a libp2p host.</summary>
internal sealed class BridgeNode : IAsyncDisposable
{
    private readonly bool _ownsStore;

    private BridgeNode(ILogStore? store, ReplicationServiceOptions? options, IIntakeGate? gate, Action<Libp2pHostBuilder> transport, KeyPair? identity)
    {
        _ownsStore = store is null;
        Store = store ?? new MemoryLogStore(StoreBounds.Default, TimeProvider.System);
        Index = new StoreIndex(Store);
        Service = new ReplicationService(
            Store, Index, options ?? new ReplicationServiceOptions(), gate, TimeProvider.System, NullLogger<ReplicationService>.Instance);
        var builder = new Libp2pHostBuilder(identity ?? KeyPair.Generate());
        transport(builder);
        Host = builder.Build();
        Host.Handle(Service);
    }

    public ILogStore Store { get; }

    public StoreIndex Index { get; }

    public ReplicationService Service { get; }

    public Libp2pHost Host { get; }

    public Multiaddr Address => Host.Addresses.Listening[0].WithPeer(Host.PeerId);

    public static async Task<BridgeNode> StartAsync(
        string listen,
        MemoryNetwork? network = null,
        ILogStore? store = null,
        ReplicationServiceOptions? options = null,
        IIntakeGate? gate = null,
        KeyPair? identity = null)
    {
        var node = new BridgeNode(
            store,
            options,
            gate,
            builder => _ = network is not null ? builder.UseMemory(network)
                : listen.Contains("quic", StringComparison.Ordinal) ? builder.Use(b => new QuicTransport(b.Identity, null, b.Time))
                : builder.UseTcp(),
            identity);
        await node.Service.StartAsync(node.Host);
        await node.Host.ListenAsync(Multiaddr.Parse(listen));
        return node;
    }

    public async Task PublishAsync(IEnumerable<VerifiedEntry> entries)
    {
        foreach (var result in await Store.AppendAsync([.. entries]))
        {
            result.IsStored.ShouldBeTrue();
        }
    }

    public async Task<IReadOnlyList<string>> EntriesAsync()
    {
        var all = new List<string>();
        for (long after = 0; ;)
        {
            var page = await Store.ReadChangesAsync(after, 1000);
            all.AddRange(page.Changes.Select(change => Convert.ToHexString(change.Entry.EntryBytes.Span) + Convert.ToHexString(change.Entry.PayloadBytes!.Value.Span)));
            if (!page.HasMore)
            {
                all.Sort(StringComparer.Ordinal);
                return all;
            }

            after = page.ReadTo;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Host.DisposeAsync();
        Index.Dispose();
        if (_ownsStore)
        {
            await Store.DisposeAsync();
        }
    }
}
