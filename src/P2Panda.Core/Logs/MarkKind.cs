namespace P2Panda.Core.Logs;

/// <summary>What a durable mark is about; marks of different kinds never meet.</summary>
public enum MarkKind : byte
{
    /// <summary>End of the block of burst counters reserved for one of our keys.</summary>
    Counter = 1,

    /// <summary>Airtime reserved in one regulatory sub-band.</summary>
    Ledger = 2,

    /// <summary>Highest counter accepted from somebody else's key.</summary>
    Replay = 3,

    /// <summary>A radio key we know: how we met it and whether it has signed.</summary>
    Trust = 4,

    /// <summary>How far a reader has come in the store's change feed.</summary>
    Feed = 5,

    /// <summary>Logs from the internet, and how far the air may know them.</summary>
    Guest = 6,

    /// <summary>What was partly heard when the gateway stopped.</summary>
    Unfinished = 7,
}
