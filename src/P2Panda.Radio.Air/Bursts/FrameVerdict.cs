namespace P2Panda.Radio.Air.Bursts;

/// <summary>What a frame brought.</summary>
public enum FrameVerdict
{
    /// <summary>Nothing; it was refused, or the burst it completed was.</summary>
    Refused,

    /// <summary>A symbol we did not have.</summary>
    Progress,

    /// <summary>A symbol we had.</summary>
    Duplicate,

    /// <summary>A further symbol of a burst that is complete.</summary>
    Redundant,

    /// <summary>The last symbol a burst needed.</summary>
    Completed,
}
