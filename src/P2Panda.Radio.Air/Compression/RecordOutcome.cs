using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Compression;

/// <summary>What became of one record.</summary>
/// <param name="Reason">Why there is no entry.</param>
/// <param name="Entry">The entry, proved by its author's signature.</param>
/// <param name="Next">What the record after it may take over.</param>
/// <param name="Missing">Entries whose absence kept the record from being read, as far as they can be named.</param>
internal sealed record RecordOutcome(
    RefusalReason Reason, VerifiedEntry? Entry, RecordSequence Next, IReadOnlyList<EntryPosition> Missing);
