using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using P2Panda.Libp2p.Quic;

namespace P2Panda.Libp2p.NatHost;

/// <summary>One libp2p node of this process.</summary>
internal sealed class Node : IAsyncDisposable
{
    public const string Echo = "/echo/1.0.0";

    /// <summary>Never reads.</summary>
    public const string Stuck = "/stuck/1.0.0";

    private readonly List<IAsyncDisposable> _parts = [];

    private Node(Libp2pHost host, PeerListGate block)
    {
        Host = host;
        Block = block;
    }

    public Libp2pHost Host { get; }

    public PeerListGate Block { get; }

    public RelayServer? Relay { get; private set; }

    public AutoNatClient? AutoNat { get; private set; }

    public MdnsDiscovery? Mdns { get; private set; }

    public Libp2pNode? Whole { get; private set; }

    public ConcurrentBag<DcutrOutcome> Outcomes { get; } = [];

    /// <summary>Peers found on the link.</summary>
    public ConcurrentDictionary<PeerId, long> Found { get; } = [];

    public IListener? Circuit { get; set; }

    public static async Task<Node> StartAsync(NodeRequest request, ILoggerFactory logging)
    {
        var many = new ConnectionLimits { PerAddress = 200, PerNetwork = 400, InboundBurst = 1000, PerPeer = request.PerPeer };
        var block = PeerListGate.Except(request.Block.Select(PeerId.Parse));
        var builder = new Libp2pHostBuilder(request.Seed == 0 ? KeyPair.Generate() : KeyPair.FromSeed([.. new byte[31], request.Seed]))
        {
            LoggerFactory = logging,
            Options = new Libp2pHostOptions { Limits = many, IdleTimeout = TimeSpan.FromMinutes(10) },
        };
        builder.Gate(block);
        if (request.Allow.Length > 0)
        {
            builder.Gate(PeerListGate.Only(request.Allow.Select(PeerId.Parse)));
        }

        if (request.Listen.Any(address => address.Contains("quic", StringComparison.Ordinal)))
        {
            var quic = new QuicOptions { MaxInboundConnectionsPerAddress = 200, MaxPendingHandshakesPerAddress = 200 };
            builder.Use(each => new QuicTransport(each.Identity, quic, each.Time));
        }

        var proxy = request.Proxy.Length == 0 ? null : new SocksProxy(System.Net.IPEndPoint.Parse(request.Proxy));
        if (proxy is not null)
        {
            builder.Options = builder.Options with { Names = null };
        }

        builder.UseTcp(new TcpOptions { PortReuse = true, Proxy = proxy }).UseCircuits();
        var node = new Node(builder.Build(), block);
        node.Host.Handle(Echo, async (stream, _, cancellation) =>
        {
            await stream.CopyToAsync(stream, cancellation);
            await stream.CompleteWritesAsync(cancellation);
        }, new StreamPolicy { RunOnLimited = true });
        node.Host.Handle(Stuck, (_, _, cancellation) => Task.Delay(Timeout.Infinite, cancellation), new StreamPolicy { RunOnLimited = true });
        node.Add(request);
        foreach (var address in request.Announce)
        {
            node.Host.Addresses.Confirm(Multiaddr.Parse(address));
        }

        foreach (var address in request.Listen)
        {
            await node.Host.ListenAsync(Multiaddr.Parse(address));
        }

        if (request.Relays.Length > 0)
        {
            node.AddNode(request);
        }

        if (request.Mdns)
        {
            node.Mdns = new MdnsDiscovery(node.Host, MdnsOptions.Aquadoggo with { UseIPv6 = true });
            node._parts.Add(node.Mdns);
        }

        return node;
    }

    /// <summary>What the gateway's own settings would make, beside the proxy.</summary>
    private void AddNode(NodeRequest request)
    {
        var isHidden = request.Proxy.Length > 0;
        Whole = new Libp2pNode(Host, new NodeOptions
        {
            Relays = [NodeAddress.Parse(request.Relays)],
            DiscoverEvery = TimeSpan.FromSeconds(1),
            AutoNat = null,
            AutoNatServer = isHidden ? null : new AutoNatServerOptions(),
            Dcutr = isHidden ? null : new DcutrOptions(),
        });
        _parts.Add(Whole);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        await Host.DisposeAsync();
    }

    private void Add(NodeRequest request)
    {
        if (request.Relay)
        {
            Relay = new RelayServer(Host, new RelayServerOptions
            {
                ReservationDuration = TimeSpan.FromSeconds(request.ReservationSeconds),
                Limit = new CircuitLimit(TimeSpan.FromSeconds(request.CircuitSeconds), (ulong)request.CircuitBytes),
                MaxCircuits = request.MaxCircuits,
                MaxReservationsPerAddress = 128,
                MaxReservationsPerNetwork = 128,
                RequestsPerAddress = request.RequestsPerAddress,
            });
        }

        if (request.Rendezvous > 0)
        {
            var life = TimeSpan.FromSeconds(request.Rendezvous);
            Host.Handle(new RendezvousServer(new RendezvousOptions { MinTtl = life, DefaultTtl = life }, Host.Time));
        }

        if (request.Dcutr)
        {
            var dcutr = new Dcutr(Host, new DcutrOptions
            {
                // With everything private nothing looks like a peer that could simply be dialed: the messages have to be exchanged.
                ScopeOf = request.Variant == "no-reversal" ? _ => AddressScope.Private : AddressScopes.Of,
                DrainGrace = TimeSpan.FromSeconds(request.DrainSeconds),
                DrainLimit = TimeSpan.FromSeconds(request.DrainSeconds + 20),
                PunchWindow = TimeSpan.FromSeconds(request.PunchSeconds),
            });
            dcutr.Finished += Outcomes.Add;
        }

        if (request.Mdns)
        {
            var mdns = new MdnsDiscovery(Host, new MdnsOptions { QueryInterval = TimeSpan.FromSeconds(5), UseIPv6 = false });
            mdns.Discovered += found => Found[found.Peer] = Stopwatch.GetTimestamp();
            mdns.Expired += gone => Found.TryRemove(gone, out _);
            _parts.Add(mdns);
        }

        if (request.AutoNatServer)
        {
            _ = new AutoNatServer(Host, new AutoNatServerOptions { DialTimeout = TimeSpan.FromSeconds(3), TestsPerPeer = 100, TestsInTotal = 100 });
        }

        if (request.AutoNatClient)
        {
            AutoNat = new AutoNatClient(Host, new AutoNatClientOptions
            {
                BootDelay = TimeSpan.FromSeconds(0.5),
                RetryInterval = TimeSpan.FromSeconds(0.3),
                PerServerPause = TimeSpan.FromSeconds(0.2),
            });
            _parts.Add(AutoNat);
        }
    }
}
