using P2Panda.Core.Keys;
using P2Panda.Core.Operations;
using P2Panda.Documents.Publishing;
using P2Panda.Radio.Gateway.Api.Access;
using P2Panda.Radio.Gateway.GraphQL.Execution;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.Api.Apps;

/// <summary>
/// What apps can ask: <c>nextArgs</c> and <c>publish</c>, and further queries that come and go with the published schemas. A request is
/// answered by the schema that was current when it came.
/// </summary>
internal sealed class AppSchema
{
    private static readonly ObjectType NextArgumentsType = new ObjectType("NextArguments", "What an author puts into the next entry.")
        .Add(Field.Of<NextArguments>("logId", AppScalars.LogId.NonNull, next => next.LogId, "The log."))
        .Add(Field.Of<NextArguments>("seqNum", AppScalars.SeqNum.NonNull, next => next.SequenceNumber, "The place in the log, from 1."))
        .Add(Field.Of<NextArguments>("backlink", AppScalars.EntryHash, next => next.Backlink, "The entry before; none for the first."))
        .Add(Field.Of<NextArguments>("skiplink", AppScalars.EntryHash, next => next.Skiplink, "The farther predecessor, where the place asks for one."));

    private readonly EntryPublisher _publisher;
    private readonly ObjectType _mutation;
    private volatile Schema _current;

    public AppSchema(EntryPublisher publisher)
    {
        _publisher = publisher;
        _mutation = new ObjectType("MutationRoot", "What changes something.").Add(new Field(
            "publish",
            NextArgumentsType.NonNull,
            PublishAsync,
            "Stores a signed entry and says what its author writes next. The answer comes when the entry is on stable storage.",
            new InputValue("entry", AppScalars.EncodedEntry.NonNull, "The entry."),
            new InputValue("operation", AppScalars.EncodedOperation.NonNull, "Its operation.")));
        _current = Make([]);
    }

    /// <summary>The schema for requests that come now.</summary>
    public Schema Current => _current;

    /// <summary>Offers other queries beside <c>nextArgs</c> from now on.</summary>
    /// <param name="queries">Fields of the root of queries.</param>
    /// <exception cref="ArgumentException">They make no schema.</exception>
    public void Offer(IEnumerable<Field> queries) => _current = Make(queries);

    private Schema Make(IEnumerable<Field> queries)
    {
        var query = new ObjectType("Query", "What can be asked.").Add(new Field(
            "nextArgs",
            NextArgumentsType,
            NextAsync,
            "What an author puts into the next entry.",
            new InputValue("publicKey", AppScalars.PublicKey.NonNull, "The author."),
            new InputValue("viewId", AppScalars.DocumentViewId, "The state of the document that is to be changed; none for a new document.")));
        foreach (var field in queries)
        {
            query.Add(field);
        }

        return new Schema(query, _mutation);
    }

    private async ValueTask<object?> NextAsync(FieldContext context) => ToValue(await _publisher.NextAsync(
        context.Argument<PublicKey>("publicKey"), context.Argument<DocumentViewId>("viewId"), context.Cancellation).ConfigureAwait(false));

    private async ValueTask<object?> PublishAsync(FieldContext context) => context.State is Caller { MayPublish: true }
        ? ToValue(await _publisher.PublishAsync(context.Argument<byte[]>("entry"), context.Argument<byte[]>("operation"), context.Cancellation).ConfigureAwait(false))
        : new FieldError("Publishing from another machine needs the token, unless api.anonymousPublishing is set");

    private static object? ToValue(PublishAnswer answer) => answer.Problem is { } problem ? new FieldError(problem) : answer.Arguments;
}
