using P2Panda.Core.Logs;

namespace P2Panda.Store;

/// <summary>Proof that an author signed two different entries for one position: both entries, each with the author's signature.</summary>
/// <param name="Log">The forked log.</param>
/// <param name="SequenceNumber">The position both entries claim.</param>
/// <param name="First">The entry this store met first; it stays in the log (or in the buffer).</param>
/// <param name="Second">The refused entry.</param>
/// <param name="Change">Number of the fork in the change feed.</param>
public sealed record ForkEvidence(LogKey Log, ulong SequenceNumber, StoredEntry First, StoredEntry Second, long Change);
