namespace P2Panda.Radio.Air.Regulation;

/// <summary>Airtime under one limit: a sub-band's duty cycle, a channel's dwell, the chip's high-power rule.</summary>
internal sealed class AirtimeAccount
{
    public AirtimeAccount(string id, TimeSpan window, TimeSpan blockedUntil)
    {
        Id = id;
        Past = new SlidingAirtime(window);
        BlockedUntil = blockedUntil;
    }

    public string Id { get; }

    public SlidingAirtime Past { get; }

    /// <summary>Until then what was sent before is not known, and nothing may be.</summary>
    public TimeSpan BlockedUntil { get; set; }

    /// <summary>Airtime of reservations that are neither completed nor cancelled.</summary>
    public TimeSpan Open { get; set; }

    /// <summary>Airtime that stable storage says is used although nobody has yet: the rest of the block written last.</summary>
    public TimeSpan Block { get; set; }

    /// <summary>Windows this short are waited out after a restart instead of being written down.</summary>
    public bool IsDurable => Past.Window >= AirtimeLedger.ShortestDurableWindow;

    public bool IsIdle(TimeSpan now) => Open == TimeSpan.Zero && Past.Slots.Count == 0 && BlockedUntil <= now;

    /// <summary>When this much more may be used, or none when it may be now.</summary>
    public TimeSpan? WhenFree(TimeSpan airtime, TimeSpan limit, TimeSpan now)
    {
        if (BlockedUntil > now)
        {
            return BlockedUntil;
        }

        Past.Expire(now);
        if (Past.Used + Open + airtime <= limit)
        {
            return null;
        }

        // Open reservations have no end yet; when they alone are in the way, look again after the shortest slot.
        return Past.WhenAtMost(limit - Open - airtime) ?? now + (Past.Window / SlidingAirtime.SlotsPerWindow);
    }
}
