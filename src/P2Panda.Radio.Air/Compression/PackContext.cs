using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>What is known about an entry while its operation is packed or unpacked.</summary>
internal sealed record PackContext(KnownEntries Known, AirDictionary Shapes, LogKey Log, ulong SequenceNumber)
{
    /// <summary>The id the entry's backlink must have.</summary>
    public EntryId? Backlink { get; init; }

    /// <summary>The shape of the record before this one in the same burst.</summary>
    public OperationShape? LastShape { get; init; }

    /// <summary>How to encode.</summary>
    public EntryEncoding Encoding { get; init; }

    /// <summary>Whether those who listen are thought to hold an entry.</summary>
    public Func<LogKey, ulong, bool> IsShared { get; init; } = (_, _) => true;

    /// <summary>Whether strings are coded where that is shorter.</summary>
    public bool CodeStrings { get; init; }

    /// <summary>Whether every shape we know may be taken as known to those who listen.</summary>
    public bool AssumeSharedTerms { get; init; }

    /// <summary>Whether no shape may be taken as known but those of the same burst.</summary>
    public bool TermsAreNew { get; init; }
}
