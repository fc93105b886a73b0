using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Publishing;

/// <summary>
/// Signs operations with a key of this gateway and puts them where p2panda wants them: one log per author and document, a new document
/// in a new log (aquadoggo: highest log id of the author plus one, 0 for the first).
/// The key file is read when the first operation is signed.
/// </summary>
internal sealed class AuthorLog(ILogStore store, string keyFile) : IDisposable
{
    private readonly Lazy<KeyPair> _key = new(() => KeyFile.Read(keyFile));

    /// <summary>Makes the entry that carries an operation; it is not stored yet.</summary>
    public VerifiedEntry Sign(Operation operation)
    {
        var log = LogFor(operation);
        var sequenceNumber = (store.View.HeightOf(log) ?? 0) + 1;
        var skiplink = Lipmaa.NeedsSkiplink(sequenceNumber) ? IdAt(log, Lipmaa.LinkOf(sequenceNumber)) : (EntryId?)null;
        var backlink = sequenceNumber > 1 ? IdAt(log, sequenceNumber - 1) : (EntryId?)null;
        var payload = operation.EncodedBytes;
        var entry = BambooEntry.Sign(_key.Value, log.LogId.ToUInt64(), sequenceNumber, skiplink, backlink, payload.Span);
        return BambooEntry.Verify(entry, payload).Entry
            ?? throw new InvalidOperationException("An entry signed here does not verify.");
    }

    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    private LogKey LogFor(Operation operation)
    {
        foreach (var id in operation.Previous?.OperationIds ?? [])
        {
            if (store.View.TryGetPosition(id, out var known, out _) && known.Author == _key.Value.PublicKey)
            {
                return known;
            }
        }

        var logs = store.LogsOf(LogFormat.Bamboo, _key.Value.PublicKey);
        var next = logs.Count == 0 ? 0 : checked(logs[^1].Log.LogId.ToUInt64() + 1);
        return new LogKey(LogFormat.Bamboo, _key.Value.PublicKey, LogId.FromUInt64(next));
    }

    private EntryId IdAt(LogKey log, ulong sequenceNumber) => store.View.TryGetId(log, sequenceNumber, out var id)
        ? id
        : throw new InvalidOperationException($"The store has no entry {sequenceNumber} of {log}.");
}
