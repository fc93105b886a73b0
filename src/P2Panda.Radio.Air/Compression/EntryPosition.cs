using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>A place in a log.</summary>
/// <param name="Log">The log.</param>
/// <param name="SequenceNumber">The place.</param>
public readonly record struct EntryPosition(LogKey Log, ulong SequenceNumber);
