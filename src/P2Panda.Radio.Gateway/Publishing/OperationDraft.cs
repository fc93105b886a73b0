using System.Text.Json;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Radio.Gateway.Commands;

namespace P2Panda.Radio.Gateway.Publishing;

/// <summary>
/// An operation as people write it in JSON: <c>{"schema": "…", "fields": {…}}</c> creates a document; with <c>"previous": ["…"]</c> it
/// updates one; with <c>"action": "delete"</c> it deletes it. Texts, true/false, whole numbers and numbers with a point or exponent are
/// str, bool, int and float; everything else is <c>{"type": "relation", "value": "0020…"}</c> with the schema's own type words.
/// </summary>
internal static class OperationDraft
{
    /// <exception cref="CommandFailure">The draft is wrong; the message says where.</exception>
    public static Operation Read(JsonElement draft, string origin)
    {
        if (draft.ValueKind != JsonValueKind.Object || !draft.TryGetProperty("schema", out var schemaText) ||
            !SchemaId.TryParse(schemaText.GetString() ?? string.Empty, out var schema))
        {
            throw Wrong(origin, "'schema' must be a schema id");
        }

        var previous = draft.TryGetProperty("previous", out var ids) ? View(ids, origin) : null;
        var action = draft.TryGetProperty("action", out var word) ? word.GetString() : previous is null ? "create" : "update";
        return (action, previous) switch
        {
            ("create", null) => Operation.Create(schema, Fields(draft, origin)),
            ("update", not null) => Operation.Update(schema, previous, Fields(draft, origin)),
            ("delete", not null) => Operation.Delete(schema, previous),
            ("update" or "delete", null) => throw Wrong(origin, $"'{action}' needs 'previous', the operations it builds on"),
            ("create", _) => throw Wrong(origin, "'create' has no 'previous'"),
            _ => throw Wrong(origin, $"'action' is create, update or delete, not '{action}'"),
        };
    }

    private static PlainFields Fields(JsonElement draft, string origin)
    {
        if (!draft.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(origin, "'fields' must be an object");
        }

        try
        {
            return new PlainFields(fields.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, Value(field, origin))));
        }
        catch (ArgumentException failure)
        {
            throw Wrong(origin, failure.Message);
        }
    }

    private static PlainValue Value(JsonProperty field, string origin)
    {
        var value = field.Value;
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => PlainValue.String(value.GetString()!),
                JsonValueKind.True or JsonValueKind.False => PlainValue.Boolean(value.GetBoolean()),
                JsonValueKind.Number when value.TryGetInt64(out var integer) && !value.GetRawText().AsSpan().ContainsAny(".eE") => PlainValue.Integer(integer),
                JsonValueKind.Number => PlainValue.Float(value.GetDouble()),
                JsonValueKind.Object => Typed(value.GetProperty("type").GetString(), value.GetProperty("value"), origin),
                _ => throw Wrong(origin, $"field '{field.Name}': a text, a number, true, false or an object with 'type' and 'value' is expected"),
            };
        }
        catch (Exception failure) when (failure is FormatException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw Wrong(origin, $"field '{field.Name}': {failure.Message}");
        }
    }

    private static PlainValue Typed(string? type, JsonElement value, string origin) => type switch
    {
        "str" => PlainValue.String(value.GetString()!),
        "bool" => PlainValue.Boolean(value.GetBoolean()),
        "int" => PlainValue.Integer(value.GetInt64()),
        "float" => PlainValue.Float(value.GetDouble()),
        "bytes" => PlainValue.Bytes(Convert.FromHexString(value.GetString()!)),
        "relation" => PlainValue.Relation(Id(value)),
        "relation_list" => PlainValue.RelationList(value.EnumerateArray().Select(Id)),
        "pinned_relation" => PlainValue.PinnedRelation(View(value, origin)),
        "pinned_relation_list" => PlainValue.PinnedRelationList(value.EnumerateArray().Select(view => View(view, origin))),
        _ => throw new FormatException($"there is no type '{type}'"),
    };

    private static DocumentViewId View(JsonElement ids, string origin)
    {
        try
        {
            return DocumentViewId.FromUnsorted(ids.EnumerateArray().Select(Id));
        }
        catch (Exception failure) when (failure is FormatException or InvalidOperationException or ArgumentException)
        {
            throw Wrong(origin, $"expected a list of operation ids: {failure.Message}");
        }
    }

    private static EntryId Id(JsonElement text) => EntryId.FromBytes(Convert.FromHexString(text.GetString()!));

    private static CommandFailure Wrong(string origin, string what) => new(ExitCode.Usage, $"{origin}: {what}");
}
