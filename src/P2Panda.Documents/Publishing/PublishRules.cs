using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Publishing;

/// <summary>
/// What a client is held to when it publishes, and what it is told to write next. The rules and their order are aquadoggo's. They are for
/// the client API alone: entries that come by radio or from peers are stored whatever they say about documents.
/// </summary>
/// <param name="logs">The stored logs.</param>
/// <param name="index">The stored operations.</param>
public sealed class PublishRules(ILogView logs, IDocumentIndex index)
{
    /// <summary>Checks an entry that is not stored yet.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="operation">Its operation.</param>
    /// <param name="schema">The operation's schema, if it is known.</param>
    /// <param name="cancellation">Ends waiting for the index.</param>
    /// <returns>What to write after this entry, or why it is refused.</returns>
    public async ValueTask<NextArgumentsResult> CheckAsync(
        VerifiedEntry entry, Operation operation, Schema? schema, CancellationToken cancellation = default)
    {
        if (schema is null)
        {
            return NextArgumentsResult.Refused(PublishRefusal.SchemaNotFound);
        }

        var refusal = CheckPosition(entry);
        if (refusal == PublishRefusal.None && schema.Validate(operation) != SchemaViolation.None)
        {
            refusal = PublishRefusal.InvalidOperation;
        }

        if (refusal == PublishRefusal.None)
        {
            refusal = await CheckDocumentAsync(entry, operation, cancellation).ConfigureAwait(false);
        }

        return refusal == PublishRefusal.None ? After(entry) : NextArgumentsResult.Refused(refusal);
    }

    /// <summary>What an author writes next.</summary>
    /// <param name="author">Who.</param>
    /// <param name="viewId">The state of the document that is to be changed; none for a new document.</param>
    /// <param name="cancellation">Ends waiting for the index.</param>
    public async ValueTask<NextArgumentsResult> NextAsync(
        PublicKey author, DocumentViewId? viewId, CancellationToken cancellation = default)
    {
        if (viewId is not null)
        {
            var (document, refusal) = await FindDocumentAsync(viewId, null, cancellation).ConfigureAwait(false);
            if (refusal != PublishRefusal.None)
            {
                return NextArgumentsResult.Refused(refusal);
            }

            if (await index.IsDeletedAsync(document, cancellation).ConfigureAwait(false))
            {
                return NextArgumentsResult.Refused(PublishRefusal.DocumentDeleted);
            }

            if (await index.FindLogAsync(author, document, cancellation).ConfigureAwait(false) is { } logId)
            {
                return NextInLog(new LogKey(LogFormat.Bamboo, author, LogId.FromUInt64(logId)));
            }
        }

        return await index.FindHighestLogAsync(author, cancellation).ConfigureAwait(false) switch
        {
            null => new NextArgumentsResult(new NextArguments(0, 1, null, null), PublishRefusal.None),
            ulong.MaxValue => NextArgumentsResult.Refused(PublishRefusal.NoLogLeft),
            { } highest => new NextArgumentsResult(new NextArguments(highest + 1, 1, null, null), PublishRefusal.None),
        };
    }

    /// <summary>What the author of a log writes next in it.</summary>
    public NextArgumentsResult NextInLog(LogKey log)
    {
        if (logs.HeightOf(log) is not { } height)
        {
            return new NextArgumentsResult(new NextArguments(log.LogId.ToUInt64(), 1, null, null), PublishRefusal.None);
        }

        return logs.TryGetId(log, height, out var head)
            ? After(log, height, head)
            : NextArgumentsResult.Refused(PublishRefusal.SequenceNumberMismatch);
    }

    private PublishRefusal CheckPosition(VerifiedEntry entry)
    {
        var height = logs.HeightOf(entry.Log) ?? 0;
        if (entry.SequenceNumber - 1 != height)
        {
            return PublishRefusal.SequenceNumberMismatch;
        }

        if (entry.Skiplink is { } skiplink)
        {
            if (!logs.TryGetId(entry.Log, skiplink.SequenceNumber, out var target))
            {
                return PublishRefusal.SkiplinkNotFound;
            }

            if (target != skiplink.Id)
            {
                return PublishRefusal.WrongSkiplink;
            }
        }

        return entry.Backlink is { } backlink && !(logs.TryGetId(entry.Log, height, out var head) && head == backlink.Id)
            ? PublishRefusal.WrongBacklink
            : PublishRefusal.None;
    }

    private async ValueTask<PublishRefusal> CheckDocumentAsync(VerifiedEntry entry, Operation operation, CancellationToken cancellation)
    {
        var document = entry.Id;
        if (operation.Previous is not null)
        {
            (document, var refusal) = await FindDocumentAsync(operation.Previous, operation.SchemaId, cancellation).ConfigureAwait(false);
            if (refusal != PublishRefusal.None)
            {
                return refusal;
            }

            if (await index.IsDeletedAsync(document, cancellation).ConfigureAwait(false))
            {
                return PublishRefusal.DocumentDeleted;
            }
        }

        // One log for each author and document. A log that begins is unused: the position was checked. Nobody can have contributed to a
        // document that this very entry creates.
        var known = operation.Previous is null ? null : await index.FindLogAsync(entry.Log.Author, document, cancellation).ConfigureAwait(false);
        if (known is null)
        {
            return entry.SequenceNumber == 1 ? PublishRefusal.None : PublishRefusal.LogOfOtherDocument;
        }

        return known == entry.Log.LogId.ToUInt64() ? PublishRefusal.None : PublishRefusal.OtherLogOfDocument;
    }

    private async ValueTask<(EntryId Document, PublishRefusal Refusal)> FindDocumentAsync(
        DocumentViewId viewId, SchemaId? schemaId, CancellationToken cancellation)
    {
        EntryId? document = null;
        foreach (var id in viewId.OperationIds)
        {
            if (await index.FindOperationAsync(id, cancellation).ConfigureAwait(false) is not { } place)
            {
                return (default, PublishRefusal.PreviousNotFound);
            }

            if (schemaId is not null && place.SchemaId != schemaId)
            {
                return (default, PublishRefusal.PreviousOfOtherSchema);
            }

            if (document is not null && document != place.Document)
            {
                return (default, PublishRefusal.PreviousOfSeveralDocuments);
            }

            document = place.Document;
        }

        return (document!.Value, PublishRefusal.None);
    }

    private NextArgumentsResult After(VerifiedEntry entry) => After(entry.Log, entry.SequenceNumber, entry.Id);

    private NextArgumentsResult After(LogKey log, ulong sequenceNumber, EntryId id)
    {
        if (sequenceNumber == ulong.MaxValue)
        {
            return NextArgumentsResult.Refused(PublishRefusal.LogIsFull);
        }

        EntryId? skiplink = null;
        if (Lipmaa.NeedsSkiplink(sequenceNumber + 1))
        {
            if (!logs.TryGetId(log, Lipmaa.LinkOf(sequenceNumber + 1), out var target))
            {
                return NextArgumentsResult.Refused(PublishRefusal.SkiplinkNotFound);
            }

            skiplink = target;
        }

        return new NextArgumentsResult(
            new NextArguments(log.LogId.ToUInt64(), sequenceNumber + 1, id, skiplink), PublishRefusal.None);
    }
}
