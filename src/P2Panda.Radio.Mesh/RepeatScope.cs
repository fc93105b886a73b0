namespace P2Panda.Radio.Mesh;

/// <summary>Whose bursts are repeated. Frames carry no hop count: a gateway knows who sealed a burst and whom it hears itself, no more.</summary>
public enum RepeatScope
{
    /// <summary>Everybody's: new entries go through the whole mesh.</summary>
    All,

    /// <summary>
    /// Those sealed by a gateway that is heard itself: where all do so, new entries are repeated once, by the neighbours of their gateway. What
    /// no gateway has sealed is not repeated, because there is no telling where it comes from.
    /// </summary>
    Direct,
}
