namespace P2Panda.Libp2p;

/// <summary>What a node does beside listening. Every part can be combined with every other.</summary>
public sealed record NodeOptions
{
    /// <summary>Peers we stay connected to.</summary>
    public IReadOnlyList<NodeAddress> Peers { get; init; } = [];

    /// <summary>Relays we stay connected to; they are asked for a place and, as rendezvous servers, for other peers.</summary>
    public IReadOnlyList<NodeAddress> Relays { get; init; } = [];

    /// <summary>Whether we keep places at <see cref="Relays"/>.</summary>
    public RelayUse RelayUse { get; init; } = RelayUse.UnlessPublic;

    /// <summary>Rendezvous servers that are no relays.</summary>
    public IReadOnlyList<NodeAddress> RendezvousServers { get; init; } = [];

    /// <summary>Namespace we register in and look for others in, at relays and rendezvous servers; none does neither.</summary>
    public string? Namespace { get; init; } = "aquadoggo";

    /// <summary>Pause between two looks for others.</summary>
    public TimeSpan DiscoverEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Life of our registrations; the server's default when none.</summary>
    public TimeSpan? RegistrationTtl { get; init; }

    /// <summary>How peers on the same links are found; null neither looks nor answers.</summary>
    public MdnsOptions? Mdns { get; init; }

    /// <summary>Whether we relay for others.</summary>
    public RelayOffer RelayOffer { get; init; } = RelayOffer.Off;

    /// <summary>Bounds of our relay.</summary>
    public RelayServerOptions Relay { get; init; } = new();

    /// <summary>Whether we are a rendezvous server.</summary>
    public bool ServeRendezvous { get; init; }

    /// <summary>Bounds of our rendezvous server.</summary>
    public RendezvousOptions Rendezvous { get; init; } = new();

    /// <summary>How relayed connections become direct ones; null leaves them relayed.</summary>
    public DcutrOptions? Dcutr { get; init; } = new();

    /// <summary>How we find out whether strangers reach us; null does not ask.</summary>
    public AutoNatClientOptions? AutoNat { get; init; } = new();

    /// <summary>How we test others; null does not.</summary>
    public AutoNatServerOptions? AutoNatServer { get; init; } = new();

    /// <summary>Addresses of ours that the operator knows to be reachable.</summary>
    public IReadOnlyList<Multiaddr> Announce { get; init; } = [];

    /// <summary>Peers found by discovery that we stay connected to at the same time.</summary>
    public int MaxDiscovered { get; init; } = 64;
}
