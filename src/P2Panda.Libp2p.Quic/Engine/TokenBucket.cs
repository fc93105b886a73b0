namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>So many per second, saved up to one second's worth.</summary>
internal sealed class TokenBucket(int perSecond)
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private readonly ulong _interval = NanosecondsPerSecond / (ulong)perSecond;

    /// <summary>The instant at which the bucket will be full: the "virtual scheduling" form of a leaky bucket (ITU-T I.371).</summary>
    private ulong _fullAt;

    public bool TryTake(ulong now)
    {
        var fullAt = Math.Max(_fullAt, now) + _interval;
        if (fullAt - now > NanosecondsPerSecond)
        {
            return false;
        }

        _fullAt = fullAt;
        return true;
    }
}
