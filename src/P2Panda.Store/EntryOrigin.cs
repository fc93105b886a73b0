namespace P2Panda.Store;

/// <summary>Which door an entry came through first. What came from the internet is a guest on the air.</summary>
public enum EntryOrigin : byte
{
    /// <summary>A client of this gateway, or an import; also what was stored before doors were written down.</summary>
    Client = 0,

    /// <summary>Heard by radio.</summary>
    Radio = 1,

    /// <summary>A peer over IP.</summary>
    Internet = 2,
}
