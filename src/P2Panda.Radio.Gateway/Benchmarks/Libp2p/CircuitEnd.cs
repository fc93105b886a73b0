using P2Panda.Libp2p;
using P2Panda.Libp2p.Quic;

namespace P2Panda.Radio.Gateway.Benchmarks.Libp2p;

/// <summary>One end of circuits, in this process.</summary>
internal sealed class CircuitEnd : IDisposable
{
    private readonly Libp2pHost _host;

    public CircuitEnd(bool quic)
    {
        var many = new ConnectionLimits { PendingInbound = 1000, PendingOutbound = 1000, EstablishedInbound = 1000, EstablishedOutbound = 1000, PerPeer = 1000 };
        var builder = new Libp2pHostBuilder(KeyPair.Generate())
        {
            Options = new Libp2pHostOptions { IdleTimeout = Timeout.InfiniteTimeSpan, Limits = many },
        };
        _host = (quic ? builder.Use(b => new QuicTransport(b.Identity, null, b.Time)) : builder.UseTcp()).UseCircuits().Build();
        _host.HandlePerf();
    }

    public PeerId PeerId => _host.PeerId;

    public void Reserve(string relay) => _host.ListenAsync(Multiaddr.Parse(relay + "/p2p-circuit")).GetAwaiter().GetResult();

    public Connection Connect(string relay, PeerId target) =>
        _host.ConnectAsync(target, [Multiaddr.Parse(relay + "/p2p-circuit")]).GetAwaiter().GetResult();

    /// <summary>A further circuit to a peer that is connected already.</summary>
    public Connection ConnectAgain(string relay, PeerId target) =>
        _host.ConnectAsync([Multiaddr.Parse(relay + "/p2p-circuit").WithPeer(target)]).GetAwaiter().GetResult();

    public void Dispose() => _host.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
