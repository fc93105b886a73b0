namespace P2Panda.Radio.Air.Compression;

/// <summary>
/// The codes of a packed operation (PROTOCOL.md, "Packed operations"). Values are CBOR as they are; ids and coded strings use initial
/// bytes of major type 6, which no operation contains.
/// </summary>
internal static class PackedOperation
{
    public const int ActionShift = 6;
    public const int SourceShift = 4;
    public const int PreviousShift = 2;
    public const int TwoBits = 3;

    /// <summary>The shape is named by a reference into the dictionary.</summary>
    public const int SourceReference = 0;

    /// <summary>The shape is that of the entry before, or for the first of a log that of the record before.</summary>
    public const int SourceBefore = 1;

    /// <summary>The shape is that of the log's first entry.</summary>
    public const int SourceFirst = 2;

    /// <summary>The schema is written out, and so are the names.</summary>
    public const int SourceLiteral = 3;

    /// <summary>None for a CREATE, otherwise the backlink alone.</summary>
    public const int PreviousImplied = 0;

    public const int PreviousListed = 1;

    public const int FieldsAll = 0;

    public const int FieldsBitmap = 1;

    public const int FieldsNamed = 2;

    /// <summary>An id: its 32 digest bytes follow.</summary>
    public const byte IdDigest = 0xC0;

    /// <summary>An id: the backlink.</summary>
    public const byte IdBacklink = 0xC1;

    /// <summary>An id: log and sequence number of an entry by the same author follow.</summary>
    public const byte IdSameAuthor = 0xC2;

    /// <summary>An id: author reference, log and sequence number follow.</summary>
    public const byte IdOtherAuthor = 0xC3;

    /// <summary>A text whose bytes are in the coded strings at the end of the record, up to a zero byte.</summary>
    public const byte CodedText = 0xC4;

    /// <summary>A byte string: its length follows, its bytes are in the coded strings at the end of the record.</summary>
    public const byte CodedBytes = 0xC5;

    /// <summary>Bytes that a record's coded strings may have together; more would let a few bytes cost their reader seconds.</summary>
    public const int MaxCodedLength = 8192;
}
