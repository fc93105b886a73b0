using System.Globalization;
using P2Panda.Documents;
using P2Panda.Documents.CrashHost;
using P2Panda.Store;

// Arguments: where the store is, and a number that tells authors apart. Writes documents for ever and takes them in beside it; says what it
// has appended and how far the documents have come, until it is killed. Continues where an earlier run ended.
const int Documents = 40;

var author = byte.Parse(args[1], CultureInfo.InvariantCulture);
await using var store = await StoreLocation.Parse(args[0]).OpenAsync($"crash-host-{author}");
await using var documents = await MaterialisedDocuments.OpenAsync(store);
using var writer = new DefinitionWriter(store, author);
var following = documents.RunAsync(CancellationToken.None);
while (!following.IsCompleted)
{
    // The logs backwards and now and then a document that has nothing to do with the others.
    await store.AppendAsync([.. Enumerable.Range(0, Documents).Reverse().Select(writer.Next)]);
    Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"appended {store.LastChange} taken {documents.ReadTo}\n"));
    Console.Out.Flush();
}

await following;
