namespace P2Panda.Libp2p.Quic.Tests.Support;

/// <summary>A clock that stands still until it is told to move.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _nanoseconds = 1_000_000_000;

    /// <summary>Makes the calendar unreadable, to see what an exception in a callback does.</summary>
    public bool IsCalendarBroken { get; set; }

    public override long TimestampFrequency => 1_000_000_000;

    public ulong Now => (ulong)_nanoseconds;

    public override long GetTimestamp() => _nanoseconds;

    public override DateTimeOffset GetUtcNow() =>
        IsCalendarBroken
            ? throw new InvalidOperationException("The calendar is broken.")
            : new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(_nanoseconds / 100);

    public void MoveTo(ulong nanoseconds) => _nanoseconds = Math.Max(_nanoseconds, (long)nanoseconds);
}
