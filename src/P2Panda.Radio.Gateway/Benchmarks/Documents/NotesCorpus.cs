using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Gateway.Benchmarks.Documents;

/// <summary>
/// Notes of twenty authors: 20 000 documents, each created and then changed four times, in five rounds, so that neighbours in the feed
/// belong to different documents. Every note is a document of a schema with five fields.
/// </summary>
internal sealed class NotesCorpus
{
    public const int Documents = 20_000;
    public const int OperationsPerDocument = 5;
    private const int Authors = 20;
    private static readonly (string Name, string Type)[] Fields =
        [("count", "int"), ("done", "bool"), ("project", "str"), ("score", "float"), ("title", "str")];

    private readonly KeyPair[] _authors;
    private readonly Random _random = new(10);

    public NotesCorpus()
    {
        _authors = [.. Enumerable.Range(0, Authors).Select(_ =>
        {
            var seed = new byte[KeyPair.SeedLength];
            _random.NextBytes(seed);
            return KeyPair.FromSeed(seed);
        })];
        Definitions = Define();
        Notes = Write();
        foreach (var author in _authors)
        {
            author.Dispose();
        }
    }

    /// <summary>The schema's id.</summary>
    public SchemaId SchemaId { get; private set; } = SchemaId.Blob;

    /// <summary>The entries that define the schema.</summary>
    public VerifiedEntry[] Definitions { get; }

    /// <summary>The entries of the notes.</summary>
    public VerifiedEntry[] Notes { get; }

    private VerifiedEntry[] Define()
    {
        var fields = Fields.Index().Select(field => First(_authors[0], (ulong)field.Index, Operation.Create(
            SchemaId.SchemaFieldDefinition,
            new PlainFields([Pair("name", PlainValue.String(field.Item.Name)), Pair("type", PlainValue.String(field.Item.Type))])))).ToArray();
        var definition = First(_authors[0], (ulong)fields.Length, Operation.Create(SchemaId.SchemaDefinition, new PlainFields(
        [
            Pair("name", PlainValue.String("notes")),
            Pair("description", PlainValue.String("A note")),
            Pair("fields", PlainValue.PinnedRelationList(fields.Select(field => DocumentViewId.Of(field.Id)))),
        ])));
        SchemaId = SchemaId.Application("notes", DocumentViewId.Of(definition.Id));
        return [.. fields, definition];
    }

    private VerifiedEntry[] Write()
    {
        var notes = new VerifiedEntry[Documents * OperationsPerDocument];
        var values = Enumerable.Range(0, notes.Length).Select(i => (Count: _random.Next(100_000), Score: _random.NextDouble())).ToArray();
        for (var round = 0; round < OperationsPerDocument; round++)
        {
            Parallel.For(0, Documents, note =>
            {
                var index = (round * Documents) + note;
                var (count, score) = values[index];
                var author = _authors[note % Authors];
                var log = (ulong)((note / Authors) + Fields.Length + 1);
                if (round == 0)
                {
                    notes[index] = First(author, log, Operation.Create(SchemaId, new PlainFields(
                    [
                        Pair("count", PlainValue.Integer(count)),
                        Pair("done", PlainValue.Boolean(false)),
                        Pair("project", PlainValue.String($"project {note % 100:00}")),
                        Pair("score", PlainValue.Float(score)),
                        Pair("title", PlainValue.String($"Note {note} about something that matters")),
                    ])));
                    return;
                }

                var before = notes[index - Documents];
                var skiplink = Lipmaa.NeedsSkiplink((ulong)round + 1)
                    ? notes[(((int)Lipmaa.LinkOf((ulong)round + 1) - 1) * Documents) + note].Id
                    : (EntryId?)null;
                var operation = Operation.Update(SchemaId, DocumentViewId.Of(before.Id), new PlainFields(round % 2 == 0
                    ? [Pair("done", PlainValue.Boolean(true)), Pair("score", PlainValue.Float(score))]
                    : [Pair("count", PlainValue.Integer(count))]));
                notes[index] = Sign(author, log, (ulong)round + 1, skiplink, before.Id, operation);
            });
        }

        return notes;
    }

    private static VerifiedEntry First(KeyPair author, ulong log, Operation operation) => Sign(author, log, 1, null, null, operation);

    private static VerifiedEntry Sign(KeyPair author, ulong log, ulong position, EntryId? skiplink, EntryId? backlink, Operation operation)
    {
        var payload = operation.EncodedBytes.ToArray();
        var entry = BambooEntry.Sign(author, log, position, skiplink, backlink, payload);
        return BambooEntry.Verify(entry, payload).Entry ?? throw new InvalidOperationException("A signed entry was refused.");
    }

    private static KeyValuePair<string, PlainValue> Pair(string name, PlainValue value) => KeyValuePair.Create(name, value);
}
