using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Radio.Gateway.Api.Access;
using P2Panda.Radio.Gateway.Api.Description;
using P2Panda.Radio.Gateway.Api.Pages;
using P2Panda.Radio.Gateway.GraphQL;
using P2Panda.Radio.Gateway.GraphQL.Execution;

namespace P2Panda.Radio.Gateway.Api.Apps;

/// <summary><c>/graphql</c>: the page to try queries with, and the queries.</summary>
internal static class GraphQLRoutes
{
    private static readonly JsonDocumentOptions BodyOptions = new() { MaxDepth = 64 };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/graphql", [HttpMethods.Get, HttpMethods.Head], new EmbeddedPage("playground.html").WriteAsync)
            .Describe("A page to try queries with", "apps").Answers(StatusCodes.Status200OK, "The page.", "text/html");
        var schema = routes.ServiceProvider.GetRequiredService<AppSchema>();
        var executor = routes.ServiceProvider.GetRequiredService<GraphQLExecutor>();
        routes.MapPost("/graphql", context => AnswerAsync(context, schema, executor))
            .Describe("A GraphQL request: a JSON object with query, variables and operationName", "apps")
            .Answers(StatusCodes.Status200OK, "The answer, with data or errors.", "application/json")
            .Answers(StatusCodes.Status400BadRequest, "The body is no such object.", "text/plain")
            .Answers(StatusCodes.Status413PayloadTooLarge, "The body is too large.", "text/plain");
    }

    /// <summary>Whatever the content type says the body is JSON: aquadoggo does not look at it either.</summary>
    private static async Task AnswerAsync(HttpContext context, AppSchema schema, GraphQLExecutor executor)
    {
        GraphQLRequest? request;
        string? problem;
        var status = StatusCodes.Status400BadRequest;
        try
        {
            (request, problem) = await ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        }
        catch (BadHttpRequestException failure)
        {
            // Too large, or cut off: the caller's doing, which is nothing to log.
            (request, problem, status) = (null, failure.Message, failure.StatusCode);
        }

        if (request is null)
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(problem!, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        var answer = await executor.ExecuteAsync(schema.Current, request, context.Features.Get<Caller>(), context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
    }

    private static async ValueTask<(GraphQLRequest? Request, string? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, BodyOptions, cancellation).ConfigureAwait(false);
            return Read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: escapes that are half a character.
            return (null, $"The body is no JSON: {failure.Message}");
        }
    }

    private static (GraphQLRequest? Request, string? Problem) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, "The body must be one JSON object with 'query'; there are no batches.");
        }

        string? query = string.Empty, operationName = null;
        JsonElement? variables = null;
        foreach (var member in body.EnumerateObject())
        {
            switch (member.Name, member.Value.ValueKind)
            {
                case ("query", JsonValueKind.String):
                    query = member.Value.GetString();
                    break;
                case ("operationName", JsonValueKind.String):
                    operationName = member.Value.GetString();
                    break;
                case ("variables", JsonValueKind.Object):
                    // Outlives the document that is given back.
                    variables = member.Value.Clone();
                    break;
                case ("operationName" or "variables", JsonValueKind.Null):
                    break;
                case ("query" or "operationName" or "variables", _):
                    return (null, $"'{member.Name}' cannot be a JSON {member.Value.ValueKind}.");
            }
        }

        return (new GraphQLRequest(query!, operationName, variables), null);
    }
}
