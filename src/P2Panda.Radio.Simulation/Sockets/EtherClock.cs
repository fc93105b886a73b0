using P2Panda.Radio.Simulation.Time;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>The one clock of a shared ether: the machine's monotonic clock times the speed, in nanoseconds.</summary>
internal static class EtherClock
{
    /// <summary>News older than this (five seconds of the ether's clock) are taken to be this old.</summary>
    public const long LongestDelay = 5_000_000_000;

    public static TimeProvider Of(double speed, DateTimeOffset date, long atDate) =>
        speed == 1 ? TimeProvider.System : new ScaledTimeProvider(speed, date, atDate);
}
