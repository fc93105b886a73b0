namespace P2Panda.Libp2p.NatHost;

/// <summary>A command of the test.</summary>
internal sealed record NodeRequest
{
    public int Id { get; init; }

    public string Command { get; init; } = "";

    /// <summary>Which of the agent's nodes.</summary>
    public string Node { get; init; } = "";

    /// <summary>Identity that survives a restart; zero makes a new one.</summary>
    public byte Seed { get; init; }

    public string[] Listen { get; init; } = [];

    public string[] Announce { get; init; } = [];

    public string Address { get; init; } = "";

    public string Peer { get; init; } = "";

    public int Bytes { get; init; }

    public int Count { get; init; }

    public double Seconds { get; init; } = 20;

    public bool Relay { get; init; }

    public double ReservationSeconds { get; init; } = 3600;

    public long CircuitBytes { get; init; } = 128 * 1024;

    public double CircuitSeconds { get; init; } = 3600;

    public int MaxCircuits { get; init; } = 16;

    public bool Dcutr { get; init; }

    public double PunchSeconds { get; init; } = 5;

    public int RequestsPerAddress { get; init; } = 1000;

    public int PerPeer { get; init; } = 4;

    public double DrainSeconds { get; init; } = 1;

    public bool AutoNatServer { get; init; }

    public bool AutoNatClient { get; init; }

    /// <summary>Shortest and default life of registrations, seconds; zero serves no rendezvous.</summary>
    public double Rendezvous { get; init; }

    /// <summary>A SOCKS proxy that everything goes through.</summary>
    public string Proxy { get; init; } = "";

    /// <summary>Everything that a node does by itself, with this relay.</summary>
    public string Relays { get; init; } = "";

    public bool Mdns { get; init; }

    public string Variant { get; init; } = "";

    public string Cookie { get; init; } = "";

    public string[] Block { get; init; } = [];

    public string[] Allow { get; init; } = [];
}
