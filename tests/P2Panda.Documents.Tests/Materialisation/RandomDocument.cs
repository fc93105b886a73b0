using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Tests.Materialisation;

/// <summary>A document as several authors write it who do not see all of each other's operations.</summary>
internal sealed class RandomDocument
{
    public static readonly SchemaId Schema = SchemaId.Application("notes", DocumentViewId.Of(Yasmf.Hash("notes"u8)));
    private static readonly string[] Names = ["a", "b", "c"];

    public RandomDocument(Random random, int operations)
    {
        Span<byte> salt = stackalloc byte[8];
        var ids = new List<EntryId>();
        for (var i = 0; i < operations; i++)
        {
            random.NextBytes(salt);
            var id = Yasmf.Hash(salt);
            var schema = i > 0 && random.Next(30) == 0 ? SchemaId.Blob : Schema;
            Operations.Add((id, i == 0
                ? Operation.Create(Schema, Fields(random, i))
                : random.Next(25) == 0
                    ? Operation.Delete(schema, Seen(random, ids))
                    : Operation.Update(schema, Seen(random, ids), Fields(random, i))));
            ids.Add(id);
        }
    }

    public List<(EntryId Id, Operation Operation)> Operations { get; } = [];

    public EntryId DocumentId => Operations[0].Id;

    private static PlainFields Fields(Random random, int i) => new(Names.Where(_ => random.Next(2) == 0)
        .Select(name => KeyValuePair.Create(name, PlainValue.Integer(i))));

    /// <summary>Mostly what came last, sometimes older, sometimes an unheard-of operation.</summary>
    private static DocumentViewId Seen(Random random, List<EntryId> ids)
    {
        var seen = new List<EntryId> { ids[random.Next(3) == 0 ? random.Next(ids.Count) : ids.Count - 1] };
        while (random.Next(3) == 0)
        {
            seen.Add(ids[random.Next(ids.Count)]);
        }

        if (random.Next(60) == 0)
        {
            seen.Add(Yasmf.Hash("never comes"u8));
        }

        return DocumentViewId.FromUnsorted(seen);
    }
}
