namespace P2Panda.Radio.Air.Compression;

/// <summary>The first byte of a record (PROTOCOL.md, "Records"): log format, form, position.</summary>
internal static class RecordFormat
{
    public const int FormatShift = 5;
    public const int FormShift = 3;
    public const int FormMask = 3;
    public const int PositionMask = 7;

    /// <summary>Entry and payload as they are.</summary>
    public const int FormRaw = 0;

    /// <summary>The entry without what can be recomputed; the payload as it is.</summary>
    public const int FormVerbatimPayload = 1;

    /// <summary>The entry without what can be recomputed; the operation packed.</summary>
    public const int FormPacked = 2;

    /// <summary>Author reference, log id; first entry of the log.</summary>
    public const int PositionNewLog = 0;

    /// <summary>Author reference, log id, sequence number.</summary>
    public const int PositionReference = 1;

    /// <summary>Log id; author of the record before; first entry of the log.</summary>
    public const int PositionSameAuthorNewLog = 2;

    /// <summary>Log id, sequence number; author of the record before.</summary>
    public const int PositionSameAuthor = 3;

    /// <summary>Nothing: the entry after that of the record before.</summary>
    public const int PositionNext = 4;

    /// <summary>Author's whole key, log id, sequence number.</summary>
    public const int PositionFullKey = 5;

    /// <summary>A second byte follows, with rare circumstances and the position.</summary>
    public const int PositionExtended = 6;

    /// <summary>Nothing: what surrounds the record says where the entry stands.</summary>
    public const int PositionLocated = 7;

    public const int ExtendedBacklink = 0x80;
    public const int ExtendedSkiplink = 0x40;
    public const int ExtendedEndOfLog = 0x20;
    public const int ExtendedReserved = 0x18;
}
