using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Radio.Gateway.GraphQL;
using P2Panda.Radio.Gateway.GraphQL.Execution;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.Tests.GraphQL;

/// <summary>A schema to ask: books that have parts that are books.</summary>
internal static class Library
{
    private static readonly Book[] Books =
    [
        new("one", 9_007_199_254_740_993, 2, true, []),
        new("two", -1, 0.1, false, [new("part", 0, 1e300, true, [])]),
    ];

    private static readonly ScalarType Isbn = ScalarType.Text("Isbn", "Digits.", text => text.All(char.IsAsciiDigit) ? text : null);
    private static readonly EnumType Order = new("Order", null, [new("ASC"), new("DESC")]);
    private static readonly InputObjectType Filter = new InputObjectType("Filter", null)
        .Add(new InputValue("title", Scalars.String))
        .Add(new InputValue("any", Scalars.String.NonNull.List))
        .Add(new InputValue("min", Scalars.Int, null, "0"));

    static Library()
    {
        Filter.Add(new InputValue("not", Filter));
        var book = new ObjectType("Book", "A book.");
        book.Add(Field.Of<Book>("title", Scalars.String.NonNull, item => item.Title, "On the cover."))
            .Add(Field.Of<Book>("pages", Scalars.Int, item => item.Pages))
            .Add(Field.Of<Book>("price", Scalars.Float, item => item.Price))
            .Add(Field.Of<Book>("lent", Scalars.Boolean, item => item.IsLent))
            .Add(Field.Of<Book>("order", Order, _ => "ASC"))
            .Add(Field.Of<Book>("broken", Scalars.Int.NonNull, _ => null))
            .Add(Field.Of<Book>("parts", book.NonNull.List.NonNull, item => item.Parts));
        var query = new ObjectType("Query", null)
            .Add(new Field("books", book.List, ResolveBooks, null, new InputValue("filter", Filter), new InputValue("order", Order, null, "ASC"), new InputValue("first", Scalars.Int.NonNull, null, "25")))
            .Add(new Field("book", book, context => ValueTask.FromResult<object?>(Books.FirstOrDefault(item => item.Title == context.Argument<string>("title"))), null, new InputValue("title", Scalars.String.NonNull)))
            .Add(new Field("echo", Scalars.String, context => ValueTask.FromResult<object?>(JsonSerializer.Serialize(context.Field.Arguments)), null, new InputValue("isbn", Isbn), new InputValue("isbns", Isbn.NonNull.List), new InputValue("filter", Filter), new InputValue("number", Scalars.Float)))
            .Add(new Field("refused", Scalars.Int, _ => ValueTask.FromResult<object?>(new FieldError("not today"))))
            .Add(new Field("crash", Scalars.Int, _ => throw new InvalidOperationException("secret")))
            .Add(new Field("wait", Scalars.Int, async context =>
            {
                await Task.Delay(Timeout.Infinite, context.Cancellation);
                return null;
            }))
            .Add(new Field("state", Scalars.String, context => ValueTask.FromResult(context.State)));
        var count = 0;
        var mutation = new ObjectType("MutationRoot", null).Add(new Field("count", Scalars.Int.NonNull, _ => ValueTask.FromResult<object?>(++count)));
        Schema = new Schema(query, mutation);
    }

    public static Schema Schema { get; }

    public static async Task<JsonElement> AskAsync(
        string query, string? variables = null, string? operationName = null, GraphQLLimits? limits = null, TimeProvider? time = null)
    {
        var executor = new GraphQLExecutor(limits ?? new GraphQLLimits(), time ?? TimeProvider.System, NullLogger<GraphQLExecutor>.Instance);
        JsonElement? given = variables is null ? null : JsonDocument.Parse(variables).RootElement;
        var answer = await executor.ExecuteAsync(Schema, new GraphQLRequest(query, operationName, given), "the state", CancellationToken.None);
        return JsonDocument.Parse(answer).RootElement;
    }

    /// <summary>What was planned below is there for whoever wants to fetch it at once.</summary>
    private static ValueTask<object?> ResolveBooks(FieldContext context)
    {
        var books = Books.Take((int)context.Argument<long>("first"));
        if (context.Argument<IReadOnlyDictionary<string, object?>>("filter")?.GetValueOrDefault("any") is List<object?> titles)
        {
            books = books.Where(book => titles.Contains(book.Title));
        }

        return ValueTask.FromResult<object?>(context.Argument<string>("order") == "DESC" ? books.Reverse() : books);
    }

    private sealed record Book(string Title, long Pages, double Price, bool IsLent, Book[] Parts);
}
