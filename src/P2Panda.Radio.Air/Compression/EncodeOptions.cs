using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>How entries are written, and what their receivers are thought to hold.</summary>
public sealed record EncodeOptions
{
    /// <summary>How much a record may lean on.</summary>
    public EntryEncoding Encoding { get; init; } = EntryEncoding.Context;

    /// <summary>Whether to compress at all.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>Whether texts and byte strings are coded where that is shorter.</summary>
    public bool CodeStrings { get; init; } = true;

    /// <summary>
    /// Whether those who listen are thought to hold an entry. A record whose predecessor they may lack carries the backlink; ids of entries
    /// they may lack are written out.
    /// </summary>
    public Func<LogKey, ulong, bool> IsShared { get; init; } = (_, _) => true;

    /// <summary>
    /// Whether every author and operation shape we know may be taken as known to those who listen; otherwise only those that were heard,
    /// announced, or sent in full a few times.
    /// </summary>
    public bool AssumeSharedTerms { get; init; }

    /// <summary>
    /// Whether no author and no operation shape may be taken as known, for those who have never heard of a log: each burst carries its
    /// terms in full once and is read without any other.
    /// </summary>
    public bool TermsAreNew { get; init; }
}
