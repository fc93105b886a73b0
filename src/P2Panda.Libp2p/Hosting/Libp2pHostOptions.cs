using System.ComponentModel.DataAnnotations;

namespace P2Panda.Libp2p;

/// <summary>How a host behaves.</summary>
public sealed record Libp2pHostOptions
{
    /// <summary>Name of our implementation in identify.</summary>
    [MaxLength(IdentifyMessage.MaxTextLength)]
    public string AgentVersion { get; init; } = "p2panda-libp2p/0.1.0";

    /// <summary>Family of applications in identify.</summary>
    [MaxLength(IdentifyMessage.MaxTextLength)]
    public string ProtocolVersion { get; init; } = "p2panda/0.1.0";

    /// <summary>How many connections are allowed.</summary>
    public ConnectionLimits Limits { get; init; } = new();

    /// <summary>Silence – no streams, no keep-alive lease – after which a connection is closed; infinite never does.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time to agree on the protocol of a stream.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Inbound streams of one connection that may negotiate at the same time.</summary>
    [Range(1, 1024)]
    public int MaxNegotiatingStreams { get; init; } = 128;

    /// <summary>Time for one dial, handshakes included.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Addresses of one peer that are dialed at the same time.</summary>
    [Range(1, 64)]
    public int ParallelDials { get; init; } = 8;

    /// <summary>Distinct observers that confirm an address of ours: 1 as aquadoggo, 4 for the public network.</summary>
    [Range(1, AddressTable.MaxObservers)]
    public int ConfirmAddressAfter { get; init; } = 1;

    /// <summary>Looks up names in addresses; null leaves names to transports that take them, such as TCP through a SOCKS proxy.</summary>
    public INameResolver? Names { get; init; } = new SystemNameResolver();

    /// <summary>Whether identify is served and asked.</summary>
    public bool Identify { get; init; } = true;

    /// <summary>Time for one identify exchange.</summary>
    public TimeSpan IdentifyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether ping is answered.</summary>
    public bool Ping { get; init; } = true;

    /// <summary>As aquadoggo 0.9.1 behaves.</summary>
    public static Libp2pHostOptions Aquadoggo { get; } = new()
    {
        ProtocolVersion = "aquadoggo/1.0.0",
        Limits = ConnectionLimits.Aquadoggo,
    };
}
