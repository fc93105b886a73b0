namespace P2Panda.Bridge.Replication.Wire;

/// <summary>Why bytes are no message. After any of these the rest of the stream means nothing.</summary>
public enum MessageRefusal
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>No CBOR, or CBOR without stated lengths.</summary>
    Malformed,

    /// <summary>Longer than <see cref="MessageBounds"/> allow.</summary>
    TooLong,

    /// <summary>Not an array that begins with a known type.</summary>
    UnknownType,

    /// <summary>An array of the wrong length, or an element of the wrong kind.</summary>
    WrongShape,

    /// <summary>A text that is no schema id.</summary>
    NoSchemaId,

    /// <summary>Schema ids out of order or twice.</summary>
    SchemasUnsorted,

    /// <summary>A request for no schemas.</summary>
    NoSchemas,

    /// <summary>A mode that is none of the protocol's.</summary>
    UnknownMode,

    /// <summary>A key that is not 32 bytes long, or a sequence number of 0.</summary>
    InvalidHeight,
}
