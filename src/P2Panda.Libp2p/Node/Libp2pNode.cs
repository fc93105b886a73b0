using System.Collections.Concurrent;
using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.Relay;

namespace P2Panda.Libp2p;

/// <summary>
/// A host with everything switched on that <see cref="NodeOptions"/> ask for: peers and relays it stays connected to, places at relays,
/// registrations, discovery, relaying, hole punching, reachability.
/// </summary>
public sealed class Libp2pNode : IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly List<PeerKeeper> _configured = [];
    private readonly ConcurrentDictionary<PeerId, PeerKeeper> _discovered = new();
    private readonly ConcurrentDictionary<PeerId, RelaySeat> _seats = new();
    private readonly ConcurrentDictionary<PeerId, RendezvousMembership> _memberships = new();
    private readonly List<IDisposable> _services = [];
    private readonly Lock _gate = new();
    private readonly AutoNatClient? _autoNat;
    private readonly MdnsDiscovery? _mdns;
    private RelayServer? _relay;
    private bool _disposed;

    /// <summary>Switches everything on.</summary>
    /// <param name="host">Built with <see cref="Libp2pHostBuilder.UseCircuits"/> if relays are to be used.</param>
    /// <param name="options">What to switch on.</param>
    public Libp2pNode(Libp2pHost host, NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        Host = host;
        _options = options;
        Journal = new PeerJournal(host.Time);
        host.ConnectionOpened += OnConnectionOpened;
        foreach (var address in options.Announce)
        {
            host.Addresses.Confirm(address);
        }

        if (options.ServeRendezvous)
        {
            var rendezvous = new RendezvousServer(options.Rendezvous, host.Time);
            host.Handle(rendezvous);
            _services.Add(rendezvous);
        }

        if (options.AutoNatServer is { } tests)
        {
            _services.Add(new AutoNatServer(host, tests));
        }

        if (options.Dcutr is { } upgrades)
        {
            var dcutr = new Dcutr(host, upgrades);
            dcutr.Finished += OnUpgraded;
            _services.Add(dcutr);
        }

        if (options.AutoNat is { } questions)
        {
            _autoNat = new AutoNatClient(host, questions);
            _autoNat.Changed += _ => OnReachability();
        }

        if (options.Mdns is { } links)
        {
            _mdns = new MdnsDiscovery(host, links);
            _mdns.Discovered += found => Found(found.Peer, found.Addresses, "found by multicast DNS");
            _mdns.Expired += Lost;
        }

        host.Addresses.Changed += OnReachability;
        OnReachability();
        Keep(options.Peers, "peer", _ => { });
        Keep(options.Relays, "relay", OnRelayConnected);
        Keep(options.RendezvousServers, "rendezvous server", connection => Join(connection.RemotePeer, throughIt: false));
    }

    /// <summary>The host.</summary>
    public Libp2pHost Host { get; }

    /// <summary>What happened with each peer.</summary>
    public PeerJournal Journal { get; }

    /// <summary>Whether strangers reach us.</summary>
    public Reachability Reachability => _autoNat?.Status ?? Reachability.Unknown;

    /// <summary>Our relay, while it is offered.</summary>
    public RelayServer? Relay => Volatile.Read(ref _relay);

    /// <summary>Where we are registered.</summary>
    public IReadOnlyList<RendezvousMembership> Memberships => [.. _memberships.Values];

    /// <summary>A peer was found, by whatever means: from now on we stay connected to it, as far as there is room.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="addresses">Where.</param>
    /// <param name="how">How, for the journal, e.g. "found by mDNS".</param>
    public void Found(PeerId peer, IReadOnlyList<Multiaddr> addresses, string how)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(addresses);
        if (peer == Host.PeerId || !Host.IsPeerAllowed(peer, out _))
        {
            return;
        }

        Host.AddressBook.Add(peer, addresses, TimeSpan.FromHours(2));
        lock (_gate)
        {
            if (_disposed || _discovered.ContainsKey(peer) || _discovered.Count >= _options.MaxDiscovered)
            {
                return;
            }

            Journal.Note(peer, $"{how} at {string.Join(", ", addresses.Take(4))}");
            var keeper = new PeerKeeper(Host, Journal, peer.Short, peer, () => addresses);
            _discovered[peer] = keeper;
            keeper.Start();
        }
    }

    /// <summary>A peer that was found is gone: its connection stays, it is not dialed again.</summary>
    public void Lost(PeerId peer)
    {
        if (_discovered.TryRemove(peer, out var keeper))
        {
            Journal.Note(peer, "no longer announced: not dialed again");
            _ = keeper.DisposeAsync().AsTask();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        Host.ConnectionOpened -= OnConnectionOpened;
        Host.Addresses.Changed -= OnReachability;
        foreach (var part in _memberships.Values.Cast<IAsyncDisposable>().Concat(_configured).Concat(_discovered.Values).Concat(_seats.Values))
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }

        if (_autoNat is not null)
        {
            await _autoNat.DisposeAsync().ConfigureAwait(false);
        }

        if (_mdns is not null)
        {
            await _mdns.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var service in _services)
        {
            service.Dispose();
        }

        _relay?.Dispose();
        if (_options.ServeRendezvous)
        {
            Host.StopHandling(RendezvousServer.ProtocolId);
        }
    }

    private void Keep(IReadOnlyList<NodeAddress> addresses, string kind, Action<Connection> connected)
    {
        foreach (var address in addresses)
        {
            var keeper = new PeerKeeper(Host, Journal, $"{kind} {address}", address.Peer, () => address.Candidates);
            keeper.Connected += connection => Journal.Note(connection.RemotePeer, $"is the configured {kind} {address}");
            keeper.Connected += connected;
            _configured.Add(keeper);
            keeper.Start();
        }
    }

    private void OnConnectionOpened(Connection connection) => Journal.Note(
        connection.RemotePeer,
        $"{(connection.Direction == ConnectionDirection.Outbound ? "we connected to" : "connected from")} {connection.RemoteAddress}{(connection.IsRelayed ? $" (relayed, {connection.Limit ?? CircuitLimit.None})" : "")}");

    private void OnUpgraded(DcutrOutcome outcome) => Journal.Note(
        outcome.Peer,
        outcome.Direct is null ? $"stays relayed after {outcome.Attempts} attempts at a direct connection: {outcome.Reason}"
        : outcome.IsReversal ? "direct: it could be dialed"
        : $"direct: hole punched at attempt {outcome.Attempts}, after {outcome.Elapsed.TotalMilliseconds:0} ms");

    private bool WantsSeats => _options.RelayUse == RelayUse.Always || (_options.RelayUse == RelayUse.UnlessPublic && Reachability != Reachability.Public);

    private void OnReachability()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var offers = _options.RelayOffer == RelayOffer.On || (_options.RelayOffer == RelayOffer.WhenPublic && Reachability == Reachability.Public);
            if (offers && _relay is null)
            {
                _relay = new RelayServer(Host, _options.Relay);
                Log.Relaying(Host.Logger, true);
            }
            else if (!offers && _relay is { } relay)
            {
                _relay = null;
                relay.Dispose();
                Log.Relaying(Host.Logger, false);
            }

            foreach (var seat in _seats.Values)
            {
                seat.Want(WantsSeats);
            }
        }
    }

    private void OnRelayConnected(Connection connection)
    {
        lock (_gate)
        {
            if (!_disposed && _options.RelayUse != RelayUse.Never && !_seats.ContainsKey(connection.RemotePeer))
            {
                _seats[connection.RemotePeer] = new RelaySeat(Host, Journal, connection, WantsSeats);
            }
        }

        Join(connection.RemotePeer, throughIt: true);
    }

    private void Join(PeerId server, bool throughIt)
    {
        lock (_gate)
        {
            if (_disposed || _options.Namespace is not { } name || _memberships.ContainsKey(server))
            {
                return;
            }

            var membership = new RendezvousMembership(Host, server, name, new RendezvousMembershipOptions { DiscoverEvery = _options.DiscoverEvery, Ttl = _options.RegistrationTtl });
            membership.Discovered += registration => Found(registration.Peer, Reach(registration, throughIt ? server : null), $"found by rendezvous at {server.Short}");
            membership.Expired += Lost;
            _memberships[server] = membership;
        }
    }

    /// <summary>A peer's own addresses, and the way through the relay where it registered: aquadoggo is reached only so.</summary>
    private List<Multiaddr> Reach(RendezvousRegistration registration, PeerId? relay)
    {
        var addresses = registration.Addresses.ToList();
        if (relay is not null && Host.FindConnection(relay) is { IsRelayed: false } connection)
        {
            var way = CircuitAddress.Through(connection.RemoteAddress.WithPeer(relay));
            if (!addresses.Any(address => address.WithoutPeer().Equals(way)))
            {
                addresses.Add(way);
            }
        }

        return addresses;
    }
}
