using System.Globalization;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents;
using P2Panda.Store.Sqlite;

// Writes documents for ever, each in a log of its own, and takes them in beside it; says which batch it has appended and how far the
// documents have come, until it is killed. Continues where an earlier run ended.
const int Documents = 40;

await using var store = SqliteLogStore.Open(args[0]);
await using var documents = await MaterialisedDocuments.OpenAsync(store);
using var author = KeyPair.FromSeed(new byte[KeyPair.SeedLength]);
var following = documents.RunAsync(CancellationToken.None);
for (var round = 0; !following.IsCompleted; round++)
{
    // The logs backwards and now and then a document that has nothing to do with the others.
    await store.AppendAsync([.. Enumerable.Range(0, Documents).Reverse().Select(number => Next(number, round))]);
    Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"appended {store.LastChange} taken {documents.ReadTo}\n"));
    Console.Out.Flush();
}

await following;

VerifiedEntry Next(int number, int round)
{
    var log = new LogKey(LogFormat.Bamboo, author.PublicKey, LogId.FromUInt64((ulong)number));
    var height = store.View.HeightOf(log) ?? 0;
    var fields = new PlainFields(
    [
        KeyValuePair.Create("name", PlainValue.String($"field_{number}_{height}")),
        KeyValuePair.Create("type", PlainValue.String("int")),
    ]);
    store.View.TryGetId(log, height, out var head);
    var operation = height == 0
        ? Operation.Create(SchemaId.SchemaFieldDefinition, fields)
        : Operation.Update(SchemaId.SchemaFieldDefinition, DocumentViewId.Of(head), fields);
    EntryId? skiplink = null;
    if (height > 0 && Lipmaa.NeedsSkiplink(height + 1) && store.View.TryGetId(log, Lipmaa.LinkOf(height + 1), out var target))
    {
        skiplink = target;
    }

    var payload = operation.EncodedBytes.ToArray();
    var bytes = BambooEntry.Sign(author, (ulong)number, height + 1, skiplink, height == 0 ? null : head, payload);
    return BambooEntry.Verify(bytes, payload).Entry ?? throw new InvalidOperationException($"Round {round}: refused.");
}
