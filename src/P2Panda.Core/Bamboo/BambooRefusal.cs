namespace P2Panda.Core.Bamboo;

/// <summary>
/// Why a Bamboo entry was refused. Checks run in the order of the values; the letters are those of p2panda's own list of checks.
/// E4, the entries that links point to, is checked by the store.
/// </summary>
public enum BambooRefusal
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>E1: the entry or the payload is not hexadecimal.</summary>
    InvalidHex,

    /// <summary>E2: there are no bytes.</summary>
    Empty,

    /// <summary>E2: more bytes than an entry can have.</summary>
    TooLong,

    /// <summary>E2: the first byte is neither 0 nor 1.</summary>
    UnknownTag,

    /// <summary>E2: cut short within the author's key.</summary>
    InvalidAuthor,

    /// <summary>E2: the log id is cut short or not in its shortest form.</summary>
    InvalidLogId,

    /// <summary>E2: the sequence number is cut short or not in its shortest form.</summary>
    InvalidSequenceNumber,

    /// <summary>E2: sequence numbers begin at 1.</summary>
    SequenceNumberIsZero,

    /// <summary>E2: the skiplink which the sequence number asks for is no hash.</summary>
    InvalidSkiplink,

    /// <summary>E2: the backlink is no hash.</summary>
    InvalidBacklink,

    /// <summary>E2: the payload size is cut short or not in its shortest form.</summary>
    InvalidPayloadSize,

    /// <summary>E2: the payload hash is no hash.</summary>
    InvalidPayloadHash,

    /// <summary>E2: cut short within the signature.</summary>
    InvalidSignatureLength,

    /// <summary>E2: bytes follow the signature.</summary>
    TrailingBytes,

    /// <summary>E3: skiplink and backlink are the same although they point to different entries.</summary>
    IdenticalLinks,

    /// <summary>E5: the author did not sign this.</summary>
    InvalidSignature,

    /// <summary>E6: the payload is larger than this node takes.</summary>
    PayloadTooLarge,

    /// <summary>E6: the payload does not have the size the entry states.</summary>
    PayloadSizeMismatch,

    /// <summary>E6: the payload does not have the hash the entry states.</summary>
    PayloadHashMismatch,
}
