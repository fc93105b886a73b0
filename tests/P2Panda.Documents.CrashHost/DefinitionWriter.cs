using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Store;

namespace P2Panda.Documents.CrashHost;

/// <summary>Writes field definitions, each document in a log of its own, which goes on where the store's ends.</summary>
/// <param name="store">Where the logs are.</param>
/// <param name="author">Tells authors apart.</param>
public sealed class DefinitionWriter(ILogStore store, byte author) : IDisposable
{
    private readonly KeyPair _author = KeyPair.FromSeed([author, .. new byte[KeyPair.SeedLength - 1]]);

    /// <summary>The next operation of a document.</summary>
    public VerifiedEntry Next(int document)
    {
        var log = new LogKey(LogFormat.Bamboo, _author.PublicKey, LogId.FromUInt64((ulong)document));
        var height = store.View.HeightOf(log) ?? 0;
        var fields = new PlainFields(
        [
            KeyValuePair.Create("name", PlainValue.String($"field_{document}_{height}")),
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
        var bytes = BambooEntry.Sign(_author, (ulong)document, height + 1, skiplink, height == 0 ? null : head, payload);
        return BambooEntry.Verify(bytes, payload).Entry ?? throw new InvalidOperationException("An entry of its own was refused.");
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _author.Dispose();
}
