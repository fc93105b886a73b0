namespace P2Panda.Radio.Simulation.Time;

/// <summary>
/// The clock of a machine that was restarted: its monotonic reading begins at zero again, and until somebody sets it its date is wrong. It
/// runs as fast as the clock of the world.
/// </summary>
public sealed class RebootedTimeProvider : TimeProvider
{
    private readonly TimeProvider _world;
    private readonly long _bootedAt;
    private readonly TimeSpan _error;

    /// <summary>A machine that starts now.</summary>
    /// <param name="world">The clock of the world.</param>
    /// <param name="error">What its date is wrong by.</param>
    public RebootedTimeProvider(TimeProvider world, TimeSpan error)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
        _bootedAt = world.GetTimestamp();
        _error = error;
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => _world.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _world.LocalTimeZone;

    /// <inheritdoc/>
    public override long GetTimestamp() => _world.GetTimestamp() - _bootedAt;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _world.GetUtcNow() + _error;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _world.CreateTimer(callback, state, dueTime, period);
}
