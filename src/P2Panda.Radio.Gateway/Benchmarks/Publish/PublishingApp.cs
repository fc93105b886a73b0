using System.Net;
using System.Net.Http.Headers;
using System.Text;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Gateway.Benchmarks.Publish;

/// <summary>An author with publishes that were signed beforehand: every document is created and then updated once, in a log of its own.</summary>
internal sealed class PublishingApp
{
    private const string Query =
        "mutation Publish($entry: String!, $operation: String!) { publish(entry: $entry, operation: $operation) { logId seqNum backlink skiplink } }";

    private readonly List<byte[]> _bodies = [];
    private int _sent;

    /// <param name="seed">Whose key it is.</param>
    /// <param name="schemaId">The schema of the documents, or none for an app that publishes that schema.</param>
    /// <param name="documents">How many documents.</param>
    public PublishingApp(int seed, SchemaId? schemaId, int documents)
    {
        using var author = KeyPair.FromSeed(Yasmf.Hash(BitConverter.GetBytes(seed)).Bytes[2..]);
        if (schemaId is null)
        {
            Schema = SignSchema(author);
            return;
        }

        Schema = schemaId;
        for (var document = 0; document < documents; document++)
        {
            var create = Sign(author, (ulong)document, null, Operation.Create(schemaId, Fields($"line {document} of author {seed}", document)));
            Sign(author, (ulong)document, create, Operation.Update(schemaId, DocumentViewId.Of(create), Fields($"line {document}, better", null)));
        }
    }

    /// <summary>The schema of its documents.</summary>
    public SchemaId Schema { get; }

    /// <summary>Publishes that are not sent yet.</summary>
    public int Left => _bodies.Count - _sent;

    /// <summary>Sends the next publishes one after the other, each when the one before is answered.</summary>
    /// <exception cref="InvalidOperationException">One was not accepted.</exception>
    public async Task SendAsync(HttpClient client, int count, CancellationToken cancellation)
    {
        for (; count > 0; count--)
        {
            using var content = new ByteArrayContent(_bodies[_sent++]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await client.PostAsync("/graphql", content, cancellation).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK || !text.StartsWith("{\"data\":{\"publish\":{", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"A publish was answered with {(int)answer.StatusCode}: {text}");
            }
        }
    }

    private static PlainFields Fields(string message, long? sent) => new(
        sent is null
            ? [KeyValuePair.Create("message", PlainValue.String(message))]
            : [KeyValuePair.Create("message", PlainValue.String(message)), KeyValuePair.Create("sent", PlainValue.Integer(sent.Value))]);

    private SchemaId SignSchema(KeyPair author)
    {
        var fields = new List<DocumentViewId>();
        foreach (var (name, type) in new[] { ("message", "str"), ("sent", "int") })
        {
            fields.Add(DocumentViewId.Of(Sign(author, (ulong)fields.Count, null, Operation.Create(
                SchemaId.SchemaFieldDefinition,
                new PlainFields([KeyValuePair.Create("name", PlainValue.String(name)), KeyValuePair.Create("type", PlainValue.String(type))])))));
        }

        var definition = Sign(author, (ulong)fields.Count, null, Operation.Create(SchemaId.SchemaDefinition, new PlainFields(
        [
            KeyValuePair.Create("name", PlainValue.String("chat_line")),
            KeyValuePair.Create("description", PlainValue.String("A line of a chat")),
            KeyValuePair.Create("fields", PlainValue.PinnedRelationList(fields)),
        ])));
        return SchemaId.Application("chat_line", DocumentViewId.Of(definition));
    }

    private EntryId Sign(KeyPair author, ulong logId, EntryId? backlink, Operation operation)
    {
        var payload = operation.EncodedBytes.Span;
        var entry = BambooEntry.Sign(author, logId, backlink is null ? 1UL : 2, null, backlink, payload);
        _bodies.Add(Encoding.ASCII.GetBytes(
            $$$"""{"query":"{{{Query}}}","operationName":"Publish","variables":{"entry":"{{{Convert.ToHexStringLower(entry)}}}","operation":"{{{Convert.ToHexStringLower(payload)}}}"}}"""));
        return Yasmf.Hash(entry);
    }
}
