using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Tests.Indexing;

/// <summary>The operations that define a schema of three integers.</summary>
internal static class NotesSchema
{
    public static readonly SchemaId Id;

    public static readonly (EntryId Id, Operation Operation)[] Operations;

    static NotesSchema()
    {
        string[] names = ["a", "b", "c"];
        var fields = names.Select(name => Publish(Operation.Create(SchemaId.SchemaFieldDefinition, new PlainFields(
        [
            KeyValuePair.Create("name", PlainValue.String(name)),
            KeyValuePair.Create("type", PlainValue.String("int")),
        ])))).ToArray();
        var definition = Publish(Operation.Create(SchemaId.SchemaDefinition, new PlainFields(
        [
            KeyValuePair.Create("name", PlainValue.String("notes")),
            KeyValuePair.Create("description", PlainValue.String("Three numbers")),
            KeyValuePair.Create("fields", PlainValue.PinnedRelationList(fields.Select(field => DocumentViewId.Of(field.Id)))),
        ])));
        Id = SchemaId.Application("notes", DocumentViewId.Of(definition.Id));
        Operations = [.. fields, definition];
    }

    private static (EntryId Id, Operation Operation) Publish(Operation operation) => (Yasmf.Hash(operation.EncodedBytes.Span), operation);
}
