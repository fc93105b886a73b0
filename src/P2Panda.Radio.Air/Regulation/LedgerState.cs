namespace P2Panda.Radio.Air.Regulation;

/// <summary>How the ledger was found when it was opened.</summary>
public enum LedgerState
{
    /// <summary>There was none and there should be none.</summary>
    FirstStart,

    /// <summary>It was read.</summary>
    Restored,

    /// <summary>It was gone; a full window is waited.</summary>
    Missing,

    /// <summary>It could not be understood; a full window is waited.</summary>
    Damaged,
}
