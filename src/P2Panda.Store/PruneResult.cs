using P2Panda.Core.Logs;

namespace P2Panda.Store;

/// <summary>What pruning removed.</summary>
/// <param name="Entries">Entries whose bytes were dropped.</param>
/// <param name="Buffered">Entries dropped from the out-of-order buffer.</param>
/// <param name="ForgottenLogs">Logs of which nothing is left; they can be received again from their beginning.</param>
public sealed record PruneResult(long Entries, int Buffered, IReadOnlyList<LogKey> ForgottenLogs);
