namespace P2Panda.Libp2p;

/// <summary>How byte streams become connections.</summary>
public sealed record UpgradeOptions
{
    /// <summary>Protocol id of noise.</summary>
    public const string Noise = "/noise";

    /// <summary>Protocol id of TLS.</summary>
    public const string Tls = "/tls/1.0.0";

    /// <summary>Security protocols we propose when dialing, in order. A single one saves a round trip.</summary>
    public IReadOnlyList<string> DialSecurity { get; init; } = [Noise];

    /// <summary>Security protocols we accept when listening.</summary>
    public IReadOnlyList<string> ListenSecurity { get; init; } = [Noise, Tls];

    /// <summary>Whether noise says which muxers we have, which saves another round trip with peers that do the same.</summary>
    public bool InlineMuxer { get; init; } = true;

    /// <summary>Key of a private network; none for the open one.</summary>
    public PreSharedKey? PrivateNetwork { get; init; }

    /// <summary>Time for everything between the transport's connection and the finished one.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bounds of the muxer.</summary>
    public YamuxOptions Yamux { get; init; } = new();
}
