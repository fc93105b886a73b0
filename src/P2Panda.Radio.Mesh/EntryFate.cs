namespace P2Panda.Radio.Mesh;

/// <summary>What the store did with an entry heard by radio.</summary>
public enum EntryFate
{
    /// <summary>Appended to its log.</summary>
    New,

    /// <summary>Waits for its predecessor.</summary>
    Waiting,

    /// <summary>Was there already.</summary>
    Known,

    /// <summary>Not wanted by the filter.</summary>
    Ignored,

    /// <summary>Refused: nothing of its burst is repeated.</summary>
    Refused,
}
