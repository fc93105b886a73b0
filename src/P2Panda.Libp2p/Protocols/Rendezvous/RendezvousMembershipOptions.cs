namespace P2Panda.Libp2p;

/// <summary>How a membership behaves.</summary>
public sealed record RendezvousMembershipOptions
{
    /// <summary>Whether we register.</summary>
    public bool Register { get; init; } = true;

    /// <summary>Whether we discover.</summary>
    public bool Discover { get; init; } = true;

    /// <summary>Life to ask for; null leaves it to the server.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>Time between two questions.</summary>
    public TimeSpan DiscoverEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Peers that are remembered; further ones are left out until some expire.</summary>
    public int MaxPeers { get; init; } = 1024;
}
