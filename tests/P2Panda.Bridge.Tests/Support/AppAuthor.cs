using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Tests.Support;

/// <summary>An author with a key, who writes documents as an app would: one log for each.</summary>
internal sealed class AppAuthor : IDisposable
{
    private readonly KeyPair _key;
    private readonly Dictionary<EntryId, (ulong Log, List<EntryId> Ids)> _logs = [];
    private ulong _nextLog;

    public AppAuthor(byte seed)
    {
        var bytes = new byte[KeyPair.SeedLength];
        Array.Fill(bytes, seed);
        _key = KeyPair.FromSeed(bytes);
    }

    public PublicKey Key => _key.PublicKey;

    /// <summary>Everything written, in order.</summary>
    public List<VerifiedEntry> Written { get; } = [];

    /// <summary>Publishes a schema with one text field called message.</summary>
    public SchemaId DefineSchema(string name)
    {
        var field = Create(SchemaId.SchemaFieldDefinition, ("name", PlainValue.String("message")), ("type", PlainValue.String("str")));
        var definition = Create(
            SchemaId.SchemaDefinition,
            ("name", PlainValue.String(name)),
            ("description", PlainValue.String("for tests")),
            ("fields", PlainValue.PinnedRelationList([DocumentViewId.Of(field.Id)])));
        return SchemaId.Application(name, DocumentViewId.Of(definition.Id));
    }

    public VerifiedEntry Create(SchemaId schema, string message) => Create(schema, ("message", PlainValue.String(message)));

    public VerifiedEntry Create(SchemaId schema, params (string Name, PlainValue Value)[] fields) =>
        Write(_nextLog++, [], Operation.Create(schema, Fields(fields)), null);

    public VerifiedEntry Update(SchemaId schema, EntryId document, EntryId previous, string message) => Change(
        document, Operation.Update(schema, DocumentViewId.Of(previous), Fields([("message", PlainValue.String(message))])));

    public VerifiedEntry Delete(SchemaId schema, EntryId document, EntryId previous) =>
        Change(document, Operation.Delete(schema, DocumentViewId.Of(previous)));

    public void Dispose() => _key.Dispose();

    private static PlainFields Fields((string Name, PlainValue Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private VerifiedEntry Change(EntryId document, Operation operation)
    {
        var (log, ids) = _logs.TryGetValue(document, out var known) ? known : (_nextLog++, []);
        return Write(log, ids, operation, document);
    }

    private VerifiedEntry Write(ulong log, List<EntryId> ids, Operation operation, EntryId? document)
    {
        var position = (ulong)ids.Count + 1;
        EntryId? backlink = ids.Count > 0 ? ids[^1] : null;
        EntryId? skiplink = position > 1 && Lipmaa.NeedsSkiplink(position) ? ids[(int)Lipmaa.LinkOf(position) - 1] : null;
        var entry = BambooEntry.Sign(_key, log, position, skiplink, backlink, operation.EncodedBytes.Span);
        var verified = BambooEntry.Verify(entry, operation.EncodedBytes).Entry!;
        ids.Add(verified.Id);
        _logs[document ?? verified.Id] = (log, ids);
        Written.Add(verified);
        return verified;
    }
}
