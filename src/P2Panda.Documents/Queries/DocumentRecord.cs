using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Queries;

/// <summary>A document as one of its views shows it.</summary>
public sealed class DocumentRecord
{
    internal DocumentRecord(long number, EntryId id, DocumentViewId viewId, PublicKey owner, SchemaId schemaId)
    {
        Number = number;
        Id = id;
        ViewId = viewId;
        Owner = owner;
        SchemaId = schemaId;
    }

    /// <summary>The document's id.</summary>
    public EntryId Id { get; }

    /// <summary>The view's id.</summary>
    public DocumentViewId ViewId { get; }

    /// <summary>Who created it.</summary>
    public PublicKey Owner { get; }

    /// <summary>The schema it follows.</summary>
    public SchemaId SchemaId { get; }

    /// <summary>Values of the fields that were asked for. Relations and lists hold ids.</summary>
    public IReadOnlyDictionary<string, PlainValue> Fields { get; internal set; } = new Dictionary<string, PlainValue>();

    internal long Number { get; }
}
