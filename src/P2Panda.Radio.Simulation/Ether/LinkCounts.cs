namespace P2Panda.Radio.Simulation.Ether;

/// <summary>What became of the frames of one station at another.</summary>
public sealed class LinkCounts
{
    private readonly long[] _byReason = new long[Enum.GetValues<LossReason>().Length];

    /// <summary>Frames that arrived whole.</summary>
    public long Delivered => _byReason[(int)LossReason.None];

    /// <summary>Frames that did not.</summary>
    public long Lost => _byReason.Sum() - Delivered;

    /// <summary>Frames with one fate; <see cref="LossReason.None"/> is delivered.</summary>
    public long Of(LossReason reason) => _byReason[(int)reason];

    internal void Count(LossReason reason, long times = 1) => _byReason[(int)reason] += times;

    internal LinkCounts Copy()
    {
        var copy = new LinkCounts();
        _byReason.CopyTo(copy._byReason, 0);
        return copy;
    }
}
