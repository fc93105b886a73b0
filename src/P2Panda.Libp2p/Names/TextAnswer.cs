namespace P2Panda.Libp2p;

/// <summary>What a name server's message is.</summary>
internal enum TextAnswer
{
    /// <summary>The answer.</summary>
    Ok,

    /// <summary>The answer does not fit a datagram.</summary>
    Truncated,

    /// <summary>An error code.</summary>
    Refused,

    /// <summary>No answer to this question, or malformed.</summary>
    Foreign,
}
