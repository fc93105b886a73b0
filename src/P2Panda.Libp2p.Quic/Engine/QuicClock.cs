namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>Nanoseconds of one monotonic clock, from a <see cref="TimeProvider"/>.</summary>
internal sealed class QuicClock(TimeProvider time)
{
    public const ulong Never = ulong.MaxValue;
    private const long NanosecondsPerSecond = 1_000_000_000;

    public ulong Now
    {
        get
        {
            var timestamp = time.GetTimestamp();
            return time.TimestampFrequency == NanosecondsPerSecond
                ? (ulong)timestamp
                : (ulong)((Int128)timestamp * NanosecondsPerSecond / time.TimestampFrequency);
        }
    }

    public DateTimeOffset UtcNow => time.GetUtcNow();

    public static ulong Nanoseconds(TimeSpan span) => (ulong)span.Ticks * 100;
}
