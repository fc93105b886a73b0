namespace P2Panda.Libp2p;

/// <summary>The TCP transport.</summary>
public sealed record TcpOptions
{
    /// <summary>
    /// Whether dials leave from the listening port, so that peers see an address they can dial and holes can be punched. Off, as
    /// in aquadoggo.
    /// </summary>
    public bool PortReuse { get; init; }

    /// <summary>Every dial goes through this proxy, names included; none dials directly.</summary>
    public SocksProxy? Proxy { get; init; }

    /// <summary>Connections the kernel keeps for us between two accepts.</summary>
    public int Backlog { get; init; } = 128;
}
