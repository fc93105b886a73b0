using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Index;

/// <summary>A stored entry and the schema its log belongs to.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Log">Its log.</param>
/// <param name="Schema">The schema.</param>
public readonly record struct IndexedEntry(EntryId Id, LogKey Log, SchemaId Schema);
