namespace P2Panda.Libp2p;

/// <summary>What a rendezvous server allows. The defaults are rust-libp2p's where it has one.</summary>
public sealed record RendezvousOptions
{
    /// <summary>Longest namespace, bytes of UTF-8.</summary>
    public const int MaxNamespaceLength = 255;

    /// <summary>Shortest life of a registration that may be asked for.</summary>
    public TimeSpan MinTtl { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Longest life of a registration that may be asked for.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Life of a registration that asks for none.</summary>
    public TimeSpan DefaultTtl { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Registrations of one peer.</summary>
    public int MaxPerPeer { get; init; } = 32;

    /// <summary>Registrations from one IPv4 address or IPv6 /56, whatever the peer: ids are free.</summary>
    public int MaxPerAddress { get; init; } = 256;

    /// <summary>Registrations of all.</summary>
    public int MaxTotal { get; init; } = 10_000;

    /// <summary>Longest signed record, bytes.</summary>
    public int MaxRecordLength { get; init; } = 4096;

    /// <summary>Registrations in one answer.</summary>
    public int MaxResults { get; init; } = 1000;

    /// <summary>Longest answer, bytes; the rest follows when the client comes with the cookie.</summary>
    public int MaxAnswerLength { get; init; } = 512 * 1024;

    /// <summary>Requests per second in the long run from one IPv4 address or IPv6 /56.</summary>
    public double RequestsPerSecond { get; init; } = 20;

    /// <summary>Requests in a burst from one IPv4 address or IPv6 /56.</summary>
    public int RequestBurst { get; init; } = 100;
}
