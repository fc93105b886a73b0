namespace P2Panda.Radio.Simulation.Ether;

/// <summary>One transmission as it arrives at one antenna.</summary>
internal sealed class Signal(Transmission transmission, LinkState link, double rssiDbm, double snrDb, bool faded)
{
    public Transmission Transmission => transmission;

    public LinkState Link => link;

    public double RssiDbm => rssiDbm;

    public double SnrDb => snrDb;

    /// <summary>Lost to chance: the receiver does not find it, but it still disturbs others.</summary>
    public bool Faded => faded;

    /// <summary>Instant from which another signal made it unreadable.</summary>
    public TimeSpan DamagedFrom { get; set; } = TimeSpan.MaxValue;

    /// <summary>Why it will not be received, as far as is known; <see cref="LossReason.None"/> while it can be.</summary>
    public LossReason Reason { get; set; }

    /// <summary>Instant at which the receiver knows that there is a frame.</summary>
    public TimeSpan DetectedAt { get; set; }

    public bool IsDamaged => DamagedFrom != TimeSpan.MaxValue;

    public void Damage(TimeSpan from)
    {
        if (from < DamagedFrom)
            DamagedFrom = from;
    }
}
