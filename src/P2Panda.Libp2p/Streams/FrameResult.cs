namespace P2Panda.Libp2p;

/// <summary>Outcome of reading a message with a length in front.</summary>
public enum FrameResult
{
    /// <summary>A message was read.</summary>
    Ok,

    /// <summary>The peer finished between two messages.</summary>
    Ended,

    /// <summary>The peer finished inside a message.</summary>
    Incomplete,

    /// <summary>The length is not a minimal varint.</summary>
    Malformed,

    /// <summary>The length exceeds what this protocol takes.</summary>
    TooLong,
}
