namespace P2Panda.Radio.Air.Reassembly;

/// <summary>What became of a symbol.</summary>
internal enum SymbolStatus
{
    /// <summary>Kept; the burst may now be decodable.</summary>
    Stored,

    /// <summary>Heard before.</summary>
    Duplicate,

    /// <summary>The burst is finished and the symbol agrees with it.</summary>
    Redundant,

    /// <summary>A bound was met.</summary>
    Refused,
}
