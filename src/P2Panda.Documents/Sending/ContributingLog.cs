using P2Panda.Core.Logs;

namespace P2Panda.Documents.Sending;

/// <summary>A log that contributes to documents of the schemas asked for.</summary>
/// <param name="Log">The log.</param>
/// <param name="Height">Up to where, from 1 without a gap, its operations have a place in their documents. At least 1.</param>
public sealed record ContributingLog(LogKey Log, ulong Height);
