namespace P2Panda.Libp2p;

/// <summary>How peers on the same link are found.</summary>
public sealed record MdnsOptions
{
    /// <summary>The public service name; a private network has one of its own, see <see cref="ForPrivateNetwork"/>.</summary>
    public const string PublicService = "_p2p._udp.local";

    /// <summary>Time between queries once somebody has answered. At start they come faster.</summary>
    public TimeSpan QueryInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long others may remember what we say.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>Whether IPv4 links are used.</summary>
    public bool UseIPv4 { get; init; } = true;

    /// <summary>Whether IPv6 links are used.</summary>
    public bool UseIPv6 { get; init; } = true;

    /// <summary>Service name to look for.</summary>
    public string Service { get; init; } = PublicService;

    /// <summary>Addresses remembered of all peers together; further ones are left out until some expire.</summary>
    public int MaxAddresses { get; init; } = 1024;

    /// <summary>As aquadoggo 0.9.1: IPv4 alone, a query every 5 s.</summary>
    public static MdnsOptions Aquadoggo { get; } = new() { QueryInterval = TimeSpan.FromSeconds(5), UseIPv6 = false };

    /// <summary>Options for a private network, whose members look for each other under its fingerprint.</summary>
    public static MdnsOptions ForPrivateNetwork(PreSharedKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new() { Service = $"_p2p-{key.Fingerprint}._udp.local" };
    }
}
