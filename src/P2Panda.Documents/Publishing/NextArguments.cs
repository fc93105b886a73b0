using P2Panda.Core.Logs;

namespace P2Panda.Documents.Publishing;

/// <summary>What an author puts into the next entry.</summary>
/// <param name="LogId">The log.</param>
/// <param name="SequenceNumber">The position.</param>
/// <param name="Backlink">The entry before, for all but the first.</param>
/// <param name="Skiplink">The farther predecessor, where the position asks for one.</param>
public sealed record NextArguments(ulong LogId, ulong SequenceNumber, EntryId? Backlink, EntryId? Skiplink);
