using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents;
using P2Panda.Documents.Publishing;
using P2Panda.Documents.Schemas;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Apps;

/// <summary>
/// Takes entries that apps publish: judged by aquadoggo's rules, answered when they are on stable storage. Publishes of one author are taken
/// one after the other, since what the rules allow depends on what the author has published; those of different authors share commits.
/// </summary>
internal sealed class EntryPublisher(ILogStore store, MaterialisedDocuments documents)
{
    private const int Stripes = 64;

    private readonly PublishRules _rules = new(store.View, documents);
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    private long _stored;
    private long _repeated;
    private long _refused;

    /// <summary>Entries that came, by what became of them.</summary>
    public IReadOnlyDictionary<string, long> Outcomes => new Dictionary<string, long>
    {
        ["stored"] = Interlocked.Read(ref _stored),
        ["repeated"] = Interlocked.Read(ref _repeated),
        ["refused"] = Interlocked.Read(ref _refused),
    };

    /// <summary>What an author writes next.</summary>
    public async ValueTask<PublishAnswer> NextAsync(PublicKey author, DocumentViewId? viewId, CancellationToken cancellation)
    {
        var result = await _rules.NextAsync(author, viewId, cancellation).ConfigureAwait(false);
        return new PublishAnswer(result.Arguments, result.IsAccepted ? null : PublishProblem.Of(result.Refusal));
    }

    /// <summary>Stores an entry and says what its author writes next. The very same entry once more is answered like the first time.</summary>
    /// <exception cref="StoreException">The database failed; nothing was stored.</exception>
    public async ValueTask<PublishAnswer> PublishAsync(ReadOnlyMemory<byte> entry, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var answer = await TakeAsync(entry, payload, cancellation).ConfigureAwait(false);
        if (answer.Arguments is null)
        {
            Interlocked.Increment(ref _refused);
        }

        return answer;
    }

    private async ValueTask<PublishAnswer> TakeAsync(ReadOnlyMemory<byte> entry, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        // In aquadoggo's order, so that of several mistakes the same one is told.
        var (operation, operationRefusal) = Operation.Decode(payload);
        if (operation is null)
        {
            return new PublishAnswer(null, PublishProblem.Of(operationRefusal));
        }

        if (await FindSchemaAsync(operation.SchemaId, cancellation).ConfigureAwait(false) is not { } schema)
        {
            return new PublishAnswer(null, PublishProblem.Of(PublishRefusal.SchemaNotFound));
        }

        var (verified, entryRefusal) = BambooEntry.Verify(entry, payload);
        if (verified is null)
        {
            return new PublishAnswer(null, PublishProblem.Of(entryRefusal));
        }

        var turn = _turns[(uint)verified.Log.Author.GetHashCode() % Stripes];
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await AppendAsync(verified, operation, schema, cancellation).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private async ValueTask<PublishAnswer> AppendAsync(VerifiedEntry entry, Operation operation, Schema schema, CancellationToken cancellation)
    {
        if (store.View.TryGetId(entry.Log, entry.SequenceNumber, out var stored) && stored == entry.Id)
        {
            Interlocked.Increment(ref _repeated);
            return new PublishAnswer(_rules.NextInLog(entry.Log).Arguments);
        }

        var result = await _rules.CheckAsync(entry, operation, schema, cancellation).ConfigureAwait(false);
        if (result.Arguments is not { } next)
        {
            return new PublishAnswer(null, PublishProblem.Of(result.Refusal, entry, operation, schema, store.View));
        }

        // From here on the answer is owed: a client that hangs up must not leave it open whether its entry is stored.
        var appended = await store.AppendAsync(entry, RetentionClass.Kept, CancellationToken.None).ConfigureAwait(false);
        if (appended.Outcome is not (AppendOutcome.Appended or AppendOutcome.AlreadyStored))
        {
            return new PublishAnswer(null, $"The entry does not fit its log: {appended.Outcome}");
        }

        Interlocked.Increment(ref _stored);
        return new PublishAnswer(next);
    }

    /// <summary>A schema that was published a moment ago may be known only when the documents have caught up.</summary>
    private async ValueTask<Schema?> FindSchemaAsync(SchemaId id, CancellationToken cancellation)
    {
        if (!documents.Schemas.TryGet(id, out var schema))
        {
            await documents.CatchUpAsync(cancellation).ConfigureAwait(false);
            documents.Schemas.TryGet(id, out schema);
        }

        return schema;
    }
}
