using System.Text.Json;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Documents.Tests;

/// <summary>
/// What aquadoggo showed after sixty entries were published to it, concurrent edits, edits by several authors, a delete, blobs and two
/// schemas among them: here the same operations arrive in different orders and give the same views, values, owners and schemas.
/// </summary>
public sealed class AquadoggoReadsTests(ITestOutputHelper output)
{
    private readonly Dictionary<EntryId, DocumentGraph> _documents = [];
    private readonly Dictionary<EntryId, EntryId> _documentOf = [];
    private readonly Dictionary<EntryId, PublicKey> _owners = [];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void DocumentsAndSchemasAreThoseOfAquadoggo(int arrival)
    {
        using var json = TestVectors.Json("aquadoggo/reads.json");
        var published = json.RootElement.GetProperty("published").EnumerateArray().Select(Verify).ToArray();
        FindDocuments(published);
        Deliver(published, arrival);

        var schemas = CheckSchemas(json.RootElement);
        foreach (var (_, operation) in published)
        {
            schemas[operation.SchemaId].Validate(operation).ShouldBe(SchemaViolation.None);
        }

        var shown = json.RootElement.GetProperty("queries").EnumerateArray().Sum(query => CheckAnswer(query.GetProperty("answer")));
        shown.ShouldBe(893, "every document that an answer shows");
        CheckNewest(json.RootElement);
        published.Length.ShouldBe(60);
        VectorCount.Report(output, "aquadoggo/reads.json (published)", published.Length);
    }

    private (VerifiedEntry Entry, Operation Operation) Verify(JsonElement record)
    {
        var (entry, refusal) = BambooEntry.VerifyHex(record.GetProperty("entry").GetString(), record.GetProperty("operation").GetString());
        refusal.ShouldBe(BambooRefusal.None);
        return (entry!, Operation.Decode(entry!.PayloadBytes!.Value).Operation!);
    }

    /// <summary>They were published in order, so each operation's predecessors are known.</summary>
    private void FindDocuments((VerifiedEntry Entry, Operation Operation)[] published)
    {
        foreach (var (entry, operation) in published)
        {
            _documentOf[entry.Id] = operation.Previous is { } previous ? _documentOf[previous.OperationIds[0]] : entry.Id;
            _documents.TryAdd(_documentOf[entry.Id], new DocumentGraph(_documentOf[entry.Id]));
            _owners.TryAdd(_documentOf[entry.Id], entry.Log.Author);
        }
    }

    private void Deliver((VerifiedEntry Entry, Operation Operation)[] published, int arrival)
    {
        var order = published.ToArray();
        if (arrival == 1)
        {
            Array.Reverse(order);
        }
        else if (arrival > 1)
        {
            new Random(arrival).Shuffle(order);
        }

        foreach (var (entry, operation) in order)
        {
            _documents[_documentOf[entry.Id]].Add(entry.Id, operation).ShouldBeTrue();
        }
    }

    private Dictionary<SchemaId, Schema> CheckSchemas(JsonElement root)
    {
        var schemas = Schema.System.ToDictionary(schema => schema.Id);
        foreach (var definition in _documents.Values.Select(graph => graph.Materialise()!)
            .Where(view => view.SchemaId == SchemaId.SchemaDefinition))
        {
            SchemaBuilder.Build(definition, FindView, out var schema).ShouldBe(SchemaProblem.None);
            schemas.Add(schema!.Id, schema);
        }

        schemas.Keys.Where(id => !id.IsSystem).Select(id => id.Text).Order(StringComparer.Ordinal).ShouldBe(
            root.GetProperty("schemas").EnumerateObject().Select(schema => schema.Value.GetString()!).Order(StringComparer.Ordinal));
        return schemas;
    }

    private DocumentView? FindView(DocumentViewId viewId) =>
        _documentOf.TryGetValue(viewId.OperationIds[0], out var document) ? _documents[document].MaterialiseAt(viewId) : null;

    /// <summary>The collection shows exactly the documents that are not deleted, each as it is now.</summary>
    private void CheckNewest(JsonElement root)
    {
        var collection = root.GetProperty("queries").EnumerateArray().Single(query => query.GetProperty("name").GetString() == "all, default")
            .GetProperty("answer").GetProperty("data").EnumerateObject().Single();
        collection.Value.GetProperty("documents").EnumerateArray().Select(document => document.GetProperty("meta").GetProperty("viewId").GetString())
            .ShouldBe(_documents.Values.Select(graph => graph.Materialise()!)
                .Where(view => $"all_{view.SchemaId}" == collection.Name && !view.IsDeleted)
                .OrderBy(view => view.DocumentId)
                .Select(view => view.ViewId.ToString()));
    }

    /// <summary>Every object of an answer that says which document and view it is, and what is in it.</summary>
    private int CheckAnswer(JsonElement answer)
    {
        var count = 0;
        if (answer.ValueKind == JsonValueKind.Array)
        {
            count += answer.EnumerateArray().Sum(CheckAnswer);
        }
        else if (answer.ValueKind == JsonValueKind.Object)
        {
            if (answer.TryGetProperty("meta", out var meta) && meta.TryGetProperty("viewId", out var viewId))
            {
                CheckDocument(meta, viewId.GetString()!, answer);
                count++;
            }

            count += answer.EnumerateObject().Sum(property => CheckAnswer(property.Value));
        }

        return count;
    }

    private void CheckDocument(JsonElement meta, string viewIdText, JsonElement answer)
    {
        DocumentViewId.TryParse(viewIdText, out var viewId).ShouldBeTrue();
        var view = FindView(viewId!).ShouldNotBeNull(viewIdText);
        view.DocumentId.ToString().ShouldBe(meta.GetProperty("documentId").GetString());
        _owners[view.DocumentId].ToString().ShouldBe(meta.GetProperty("owner").GetString());
        if (!answer.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var field in fields.EnumerateObject().Where(field => view.Fields.ContainsKey(field.Name)))
        {
            var value = view.Fields[field.Name].Value;
            switch (value.Kind)
            {
                case PlainValueKind.Boolean:
                    field.Value.GetBoolean().ShouldBe(value.AsBoolean);
                    break;
                case PlainValueKind.Integer:
                    field.Value.GetInt64().ShouldBe(value.AsInteger);
                    break;
                case PlainValueKind.Float:
                    field.Value.GetDouble().ShouldBe(value.AsFloat);
                    break;
                case PlainValueKind.String:
                    field.Value.GetString().ShouldBe(value.AsString);
                    break;
                case PlainValueKind.Bytes when field.Value.ValueKind == JsonValueKind.String:
                    field.Value.GetString().ShouldBe(Convert.ToHexStringLower(value.AsBytes));
                    break;
                case PlainValueKind.Bytes when field.Value.ValueKind == JsonValueKind.Object && field.Value.TryGetProperty("meta", out var target):
                    target.GetProperty("documentId").GetString().ShouldBe(Convert.ToHexStringLower(value.AsBytes));
                    break;
                default:
                    break;
            }
        }
    }
}
