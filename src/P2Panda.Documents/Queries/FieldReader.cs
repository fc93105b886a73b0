using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Queries;

/// <summary>Reads the values of documents' fields.</summary>
internal sealed class FieldReader(SqlSession sql, SchemaSet schemas)
{
    /// <summary>Gives documents the values of those of the fields which their schemas have.</summary>
    public void Fill(IReadOnlyList<DocumentRecord> documents, IReadOnlyCollection<string> fields)
    {
        if (fields.Count == 0 || documents.Count == 0)
        {
            return;
        }

        var rows = sql.QueryEach(
            "SELECT number, field, value, set_by FROM documents_fields WHERE number = @key ORDER BY number, field, item",
            documents.Select(document => document.Number).Distinct().ToArray(),
            row => (
                Number: row.GetInt64(0),
                Field: (int)row.GetInt64(1),
                Value: row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2),
                SetBy: row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3))).ToLookup(row => row.Number);
        foreach (var document in documents)
        {
            var values = new Dictionary<string, PlainValue>();
            var known = schemas.Find(document.SchemaId);
            foreach (var (index, (name, type)) in known?.Schema.Fields.Index() ?? [])
            {
                if (fields.Contains(name))
                {
                    var items = rows[document.Number].Where(row => row.Field == index).ToList();
                    values[name] = ToValue(name, type, [.. items.Select(row => row.Value).OfType<byte[]>()], items.FirstOrDefault().SetBy);
                }
            }

            document.Fields = values;
        }
    }

    private PlainValue ToValue(string name, FieldType type, byte[][] items, byte[]? setBy) => type.Kind switch
    {
        FieldKind.Boolean => PlainValue.Boolean(ValueKey.ToBoolean(items[0])),
        FieldKind.Integer => PlainValue.Integer(ValueKey.ToInteger(items[0])),
        FieldKind.Float => PlainValue.Float(ValueKey.ToFloat(items[0])),
        FieldKind.String => PlainValue.String(ValueKey.ToText(items[0])),
        FieldKind.Bytes => setBy is null ? PlainValue.Bytes(items[0]) : LongValue(name, setBy),
        FieldKind.Relation => PlainValue.Bytes(items[0]),
        FieldKind.RelationList => PlainValue.RelationList(items.Select(ValueKey.ToEntryId)),
        FieldKind.PinnedRelation => PlainValue.PinnedRelation(ValueKey.ToView(items[0])),
        _ => PlainValue.PinnedRelationList(items.Select(ValueKey.ToView)),
    };

    /// <summary>Long bytes are in the operation only.</summary>
    private PlainValue LongValue(string name, byte[] operation)
    {
        var payload = sql.Query(
            "SELECT payload FROM documents_operations WHERE operation = @1", row => row.GetFieldValue<byte[]>(0), operation)[0];
        return Operation.Decode(payload).Operation!.Fields!.TryGetValue(name, out var value) ? value : PlainValue.Bytes([]);
    }
}
