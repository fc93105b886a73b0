namespace P2Panda.Radio.Air.Framing;

/// <summary>Why something heard on the air was not believed. Every reason is counted.</summary>
public enum RefusalReason
{
    /// <summary>Nothing was wrong.</summary>
    None = 0,

    /// <summary>Empty, or longer than a frame can be.</summary>
    FrameLength,

    /// <summary>Another protocol, or a version of this one that we do not speak.</summary>
    FrameVersion,

    /// <summary>No room for a symbol after the header.</summary>
    FrameTooShort,

    /// <summary>There is no symbol 255.</summary>
    SymbolId,

    /// <summary>This network wants a signature in every frame and the frame has none.</summary>
    StrictMissing,

    /// <summary>A strict frame by a key we do not hold.</summary>
    StrictUnknownKey,

    /// <summary>A strict frame whose signature is wrong.</summary>
    StrictSignature,

    /// <summary>Too many different assemblies under one tag.</summary>
    TagBound,

    /// <summary>One sender has too many unfinished bursts.</summary>
    SenderBound,

    /// <summary>Too many symbols, or versions of symbols, for one burst.</summary>
    SymbolBound,

    /// <summary>The decoded bytes do not have the tag: at least one symbol was forged.</summary>
    TagMismatch,

    /// <summary>Padding that is not what the symbol count needs, or is not zero.</summary>
    BurstPadding,

    /// <summary>Too short for its kind.</summary>
    BurstTooShort,

    /// <summary>Sealed by a key nobody has announced to us.</summary>
    KeyUnknown,

    /// <summary>Sealed by a key the operator does not trust.</summary>
    KeyNotTrusted,

    /// <summary>The seal's signature is wrong.</summary>
    SealInvalid,

    /// <summary>An announcement or want with a counter that is not above the last one.</summary>
    CounterReplayed,

    /// <summary>A key that has signed every frame is not believed without.</summary>
    Downgrade,

    /// <summary>This network wants every transmission sealed by a gateway.</summary>
    AttributionMissing,

    /// <summary>A body that does not parse.</summary>
    BodyMalformed,

    /// <summary>A record of a log format or form we do not know.</summary>
    RecordFormat,

    /// <summary>A record that does not parse.</summary>
    RecordMalformed,

    /// <summary>A record by an author we have not met.</summary>
    AuthorUnknown,

    /// <summary>A record that needs entries or dictionary terms we do not hold (yet).</summary>
    ContextMissing,

    /// <summary>The rebuilt entry is not one its author signed.</summary>
    EntrySignature,

    /// <summary>The rebuilt entry is malformed.</summary>
    EntryMalformed,

    /// <summary>The payload is not the one the entry names.</summary>
    EntryPayload,

    /// <summary>A part of a chain that does not fit its other parts.</summary>
    ChainPart,

    /// <summary>A chain that would be longer than we assemble.</summary>
    ChainBound,

    /// <summary>It may be acted upon once only, and that it was could not be written down: the store is away.</summary>
    NotRemembered,
}
