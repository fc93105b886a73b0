namespace P2Panda.Libp2p;

/// <summary>Outcome of reading a varint.</summary>
public enum VarIntResult
{
    /// <summary>A number was read.</summary>
    Ok,

    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>Longer than nine bytes.</summary>
    TooLong,

    /// <summary>A shorter encoding of the same number exists.</summary>
    NotMinimal,
}
