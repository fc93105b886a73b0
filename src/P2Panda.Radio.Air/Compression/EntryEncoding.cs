namespace P2Panda.Radio.Air.Compression;

/// <summary>How much an encoded entry leans on what its receivers are thought to hold.</summary>
public enum EntryEncoding
{
    /// <summary>Smallest: leans on stored entries and the dictionary. For fresh pushes.</summary>
    Context,

    /// <summary>
    /// Leans on the entry's own log alone and is the same bytes at every gateway that holds the log. For repair sets and whatever else
    /// several gateways code over.
    /// </summary>
    Canonical,

    /// <summary>Leans on nothing: whoever receives it can rebuild it.</summary>
    Standalone,
}
