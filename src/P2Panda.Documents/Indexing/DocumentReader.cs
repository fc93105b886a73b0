using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Indexing;

/// <summary>Reads documents' operations, and schemas out of them.</summary>
internal sealed class DocumentReader(SqlSession sql)
{
    public FeedState State() => sql.Query(
        "SELECT read_to, last_view, last_change, last_schema, schemas_revision, refused FROM documents_state",
        row => new FeedState(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)))[0];

    public ILookup<EntryId, OperationRow> Operations(IReadOnlyCollection<EntryId> documents) => sql
        .QueryEach(
            $"SELECT {OperationRow.Columns} FROM documents_operations WHERE document = @key",
            [.. documents.Select(ValueKey.Of)],
            OperationRow.Read)
        .ToLookup(row => row.Document!.Value);

    /// <summary>Documents by operation; none for operations that are not stored or wait for the document to become known.</summary>
    public Dictionary<EntryId, EntryId> DocumentsOf(IEnumerable<EntryId> operations) => sql
        .QueryEach(
            "SELECT operation, document FROM documents_operations WHERE operation = @key AND document IS NOT NULL",
            [.. operations.Distinct().Select(ValueKey.Of)],
            row => (Operation: ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0)), Document: ValueKey.ToEntryId(row.GetFieldValue<byte[]>(1))))
        .ToDictionary(pair => pair.Operation, pair => pair.Document);

    public IndexedDocument? Load(EntryId operation) =>
        DocumentsOf([operation]).TryGetValue(operation, out var document) ? new IndexedDocument(document, Operations([document])[document]) : null;

    /// <summary>The schemas the tables know; those of <paramref name="known"/> need not be made again.</summary>
    public SchemaSet Schemas(long revision, SchemaSet? known)
    {
        var rows = sql.Query(
            "SELECT number, id, is_used, defined_by IS NOT NULL FROM documents_schemas WHERE is_known = 1 ORDER BY number",
            row => (Number: row.GetInt64(0), Text: row.GetString(1), IsListed: row.GetInt64(2) != 0 || row.GetBoolean(3)));
        var schemas = new List<KnownSchema>();
        foreach (var row in rows)
        {
            if (SchemaId.TryParse(row.Text, out var id) && (known?.Find(id)?.Schema ?? TryBuild(id, out _)) is { } schema)
            {
                schemas.Add(new KnownSchema(row.Number, schema, row.IsListed));
            }
        }

        return new SchemaSet(revision, schemas);
    }

    /// <summary>Makes a schema of what is stored.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="isFound">Whether the definition is there, so that only field definitions can be missing.</param>
    public Schema? TryBuild(SchemaId id, out bool isFound)
    {
        isFound = false;
        if (id.ViewId is null || ViewAt(id.ViewId, SchemaId.SchemaDefinition) is not { } definition)
        {
            return null;
        }

        isFound = true;
        SchemaBuilder.Build(definition, viewId => ViewAt(viewId, SchemaId.SchemaFieldDefinition), out var schema);
        return schema?.Id == id ? schema : null;
    }

    private DocumentView? ViewAt(DocumentViewId viewId, SchemaId schemaId) =>
        Load(viewId.OperationIds[0]) is { } document && document.SchemaId == schemaId && Schema.TryGetSystem(schemaId, out var schema)
            ? document.MaterialiseAt(viewId, schema)
            : null;
}
