using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Index;

/// <summary>A log and what its first operation says it is about.</summary>
internal sealed class IndexedLog(LogKey key, SchemaId schema)
{
    public LogKey Key { get; } = key;

    public SchemaId Schema { get; } = schema;

    /// <summary>The document it contributes to, once the operation it builds upon is there.</summary>
    public IndexedDocument? Document { get; set; }

    /// <summary>The last entry that is about the log's schema; what follows an entry that is not is never sent.</summary>
    public ulong UsableTo { get; set; } = ulong.MaxValue;

    /// <summary>Operations that came while the document was not known; empty afterwards.</summary>
    public List<(EntryId Id, Operation Operation)> Waiting { get; } = [];

    /// <summary>Logs that build upon this one while its document is not known; empty afterwards.</summary>
    public List<IndexedLog> Dependents { get; } = [];
}
