namespace P2Panda.Bridge.Links;

/// <summary>What became of an entry that a peer sent.</summary>
public enum IntakeVerdict
{
    /// <summary>New, and durable.</summary>
    Stored,

    /// <summary>Stored already.</summary>
    Known,

    /// <summary>Kept until the entries before it come.</summary>
    Waiting,

    /// <summary>Form, signature or payload are wrong.</summary>
    Invalid,

    /// <summary>Its operation cannot be read.</summary>
    UnreadableOperation,

    /// <summary>Its schema is not one of the session's.</summary>
    OutsideSession,

    /// <summary>The traffic policy refuses it.</summary>
    Refused,

    /// <summary>Its links do not fit, or its position is taken: the log is forked.</summary>
    Contradicting,

    /// <summary>The store could not take it now; the peer will send it again.</summary>
    NotStored,
}
