namespace P2Panda.Tests.Network;

/// <summary>What happens to datagrams between two places.</summary>
internal sealed record LinkQuality
{
    /// <summary>Time on the way.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Up to this much more, evenly; datagrams may overtake each other by it.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Share that is lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Share that arrives twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>Bytes per second; 0 for no limit.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Bytes that wait for their turn; what comes beyond is lost.</summary>
    public int QueueBytes { get; init; } = 64 * 1024;

    /// <summary>Largest datagram that passes, bytes.</summary>
    public int MaxDatagram { get; init; } = 1472;
}
