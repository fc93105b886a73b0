using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Index;

/// <summary>A document and the logs that contribute to it.</summary>
internal sealed class IndexedDocument(EntryId id, SchemaId schema)
{
    public EntryId Id { get; } = id;

    public SchemaId Schema { get; } = schema;

    public List<IndexedLog> Logs { get; } = [];

    public bool IsDeleted { get; set; }
}
