namespace P2Panda.Core.Logs;

/// <summary>A claim an entry makes about an earlier entry of its own log; the store checks it when the entry is appended.</summary>
/// <param name="SequenceNumber">Position of the earlier entry.</param>
/// <param name="Id">The id that entry must have.</param>
public readonly record struct EntryLink(ulong SequenceNumber, EntryId Id);
