namespace P2Panda.Libp2p;

/// <summary>What a relay offers. The defaults are aquadoggo's figures where it has one.</summary>
public sealed record RelayServerOptions
{
    /// <summary>How long a reservation lives without being renewed.</summary>
    public TimeSpan ReservationDuration { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Reservations at the same time.</summary>
    public int MaxReservations { get; init; } = 128;

    /// <summary>Reservations of one peer, each over a connection of its own.</summary>
    public int MaxReservationsPerPeer { get; init; } = 4;

    /// <summary>Reservations from one IPv4 address or IPv6 /56: peer ids cost nothing, addresses do. Loopback is exempt unless <see cref="LimitLoopback"/>.</summary>
    public int MaxReservationsPerAddress { get; init; } = 32;

    /// <summary>Reservations from one IPv4 /24 or IPv6 /48.</summary>
    public int MaxReservationsPerNetwork { get; init; } = 64;

    /// <summary>Circuits at the same time.</summary>
    public int MaxCircuits { get; init; } = 16;

    /// <summary>Circuits that one peer began.</summary>
    public int MaxCircuitsPerPeer { get; init; } = 4;

    /// <summary>Limits of one circuit.</summary>
    public CircuitLimit Limit { get; init; } = new(TimeSpan.FromHours(1), 128 * 1024);

    /// <summary>Requests of one peer in <see cref="PeerWindow"/>, reservations and circuits apart.</summary>
    public int RequestsPerPeer { get; init; } = 30;

    /// <summary>Time in which a peer's requests come back.</summary>
    public TimeSpan PeerWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Requests from one IPv4 address or IPv6 /56 in <see cref="AddressWindow"/>, reservations and circuits apart.</summary>
    public int RequestsPerAddress { get; init; } = 60;

    /// <summary>Time in which an address's requests come back.</summary>
    public TimeSpan AddressWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether limits per address hold for loopback too; tests set it.</summary>
    public bool LimitLoopback { get; init; }

    /// <summary>Time for a request to arrive, and for the target of a circuit to answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Who may reserve; everybody when null.</summary>
    public Func<PeerId, bool>? MayReserve { get; init; }

    /// <summary>Who may connect to whom; everybody when null.</summary>
    public Func<PeerId, PeerId, bool>? MayConnect { get; init; }
}
