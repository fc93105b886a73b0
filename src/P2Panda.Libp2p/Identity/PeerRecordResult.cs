namespace P2Panda.Libp2p;

/// <summary>Outcome of opening a signed peer record.</summary>
public enum PeerRecordResult
{
    /// <summary>The record is its subject's own.</summary>
    Ok,

    /// <summary>Not an envelope, or one with an unusable key.</summary>
    MalformedEnvelope,

    /// <summary>An envelope of something else.</summary>
    UnknownType,

    /// <summary>The signature does not fit.</summary>
    BadSignature,

    /// <summary>Signed bytes that are no record.</summary>
    MalformedRecord,

    /// <summary>Somebody signed a record of somebody else.</summary>
    ForeignSubject,
}
