using P2Panda.Core.Logs;

namespace P2Panda.Store;

/// <summary>What the store knows of one log.</summary>
/// <param name="Log">The log.</param>
/// <param name="Height">Highest sequence number stored without a gap below it.</param>
/// <param name="Head">Id of the entry at <paramref name="Height"/>.</param>
/// <param name="AvailableFrom">
/// Lowest sequence number from which every entry up to <paramref name="Height"/> can be read; above the first one after old entries of
/// a carried log were pruned.
/// </param>
/// <param name="Retention">How long the log stays.</param>
/// <param name="IsForked">Whether the author signed two entries for one position of this log.</param>
public readonly record struct LogSummary(
    LogKey Log, ulong Height, EntryId Head, ulong AvailableFrom, RetentionClass Retention, bool IsForked);
