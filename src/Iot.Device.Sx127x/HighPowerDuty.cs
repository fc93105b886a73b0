namespace Iot.Device.Sx127x;

/// <summary>
/// Keeps the +20 dBm setting within its limit: at most 1 % of the time (datasheet 5.4.3), counted over the last hour in slots of a minute.
/// </summary>
internal sealed class HighPowerDuty(TimeProvider time)
{
    /// <summary>What may be sent above 17 dBm in an hour.</summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromSeconds(36);

    private const int Slots = 60;

    private readonly TimeSpan[] _sent = new TimeSpan[Slots];
    private readonly long _start = time.GetTimestamp();
    private long _minute;

    /// <summary>Books a packet; false, and nothing booked, when it would exceed the limit.</summary>
    public bool TryBook(TimeSpan timeOnAir)
    {
        var minute = (long)time.GetElapsedTime(_start).TotalMinutes;
        for (var slot = Math.Max(_minute + 1, minute - Slots + 1); slot <= minute; slot++)
            _sent[slot % Slots] = TimeSpan.Zero;
        _minute = minute;
        var total = timeOnAir;
        foreach (var sent in _sent)
            total += sent;
        if (total > Allowance)
            return false;
        _sent[minute % Slots] += timeOnAir;
        return true;
    }
}
