using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Tests.Materialisation;

/// <summary>A document as several authors write it who do not see all of each other's operations.</summary>
internal sealed class RandomDocument
{
    public static readonly SchemaId Schema = SchemaId.Application("notes", DocumentViewId.Of(Yasmf.Hash("notes"u8)));
    private static readonly string[] Names = ["a", "b", "c"];

    /// <param name="random">Decides.</param>
    /// <param name="operations">How many.</param>
    /// <param name="schema">
    /// When given, the create has all fields of this schema, and some operations have a field it does not know.
    /// </param>
    public RandomDocument(Random random, int operations, SchemaId? schema = null)
    {
        var own = schema ?? Schema;
        Span<byte> salt = stackalloc byte[8];
        var ids = new List<EntryId>();
        for (var i = 0; i < operations; i++)
        {
            random.NextBytes(salt);
            var id = Yasmf.Hash(salt);
            var claimed = i > 0 && random.Next(30) == 0 ? SchemaId.Blob : own;
            Operations.Add((id, i == 0
                ? Operation.Create(own, schema is null ? Fields(random, i) : AllFields(i))
                : random.Next(25) == 0
                    ? Operation.Delete(claimed, Seen(random, ids))
                    : Operation.Update(claimed, Seen(random, ids), schema is not null && random.Next(40) == 0 ? Unfit : Fields(random, i))));
            ids.Add(id);
        }
    }

    public List<(EntryId Id, Operation Operation)> Operations { get; } = [];

    /// <summary>A field that no schema of these tests has.</summary>
    private static PlainFields Unfit { get; } = new([KeyValuePair.Create("unfit", PlainValue.Integer(1))]);

    public EntryId DocumentId => Operations[0].Id;

    private static PlainFields AllFields(int i) => new(Names.Select(name => KeyValuePair.Create(name, PlainValue.Integer(i))));

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
