using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using P2Panda.Radio.Gateway.Api.Access;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Api.Description;

/// <summary>The description of the HTTP interface (OpenAPI 3.1), made of what the routes say of themselves.</summary>
internal static class OpenApiDocument
{
    private static readonly JsonSchemaExporterOptions SchemaOptions = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = SettingsJson.Describe,
    };

    public static JsonObject Make(IEnumerable<Endpoint> endpoints)
    {
        var paths = new JsonObject();
        foreach (var endpoint in endpoints.OfType<RouteEndpoint>().OrderBy(endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            if (endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>() is not { } summary)
            {
                continue;
            }

            var path = endpoint.RoutePattern.RawText!;
            if (paths[path] is not JsonObject item)
            {
                paths[path] = item = [];
            }

            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Where(method => method != "HEAD") ?? ["GET"])
            {
                item[method.ToLowerInvariant()] = Operation(endpoint, summary.Summary);
            }
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "p2panda-radio",
                ["version"] = "1",
                ["description"] = "A gateway that carries p2panda's append-only logs over LoRa. Apps use GraphQL at /graphql, which describes itself.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "The token in the file that api.tokenFile names." },
                },
            },
        };
    }

    private static JsonObject Operation(RouteEndpoint endpoint, string summary)
    {
        var operation = new JsonObject { ["summary"] = summary };
        if (endpoint.Metadata.GetMetadata<ITagsMetadata>() is { } tags)
        {
            operation["tags"] = new JsonArray([.. tags.Tags.Select(tag => JsonValue.Create(tag))]);
        }

        if (endpoint.Metadata.GetMetadata<IEndpointDescriptionMetadata>() is { } description)
        {
            operation["description"] = description.Description;
        }

        if (ParametersOf(endpoint) is { Count: > 0 } parameters)
        {
            operation["parameters"] = new JsonArray([.. parameters]);
        }

        if (endpoint.Metadata.GetMetadata<OpenApiBody>() is { } body)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content("application/json", body.Type) };
        }

        var answers = new JsonObject();
        foreach (var answer in endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().OrderBy(answer => answer.StatusCode))
        {
            var response = new JsonObject
            {
                ["description"] = answer.Description ?? ReasonPhrases.GetReasonPhrase(answer.StatusCode),
            };
            if (answer.ContentTypes.FirstOrDefault() is { } contentType && answer.Type is { } type && type != typeof(void))
            {
                response["content"] = Content(contentType, type);
            }

            answers[answer.StatusCode.ToString(CultureInfo.InvariantCulture)] = response;
        }

        if (endpoint.Metadata.GetMetadata<TokenRequired>() is not null)
        {
            operation["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() });
        }

        operation["responses"] = answers;
        return operation;
    }

    /// <summary>Those that the route says something about, and the rest of its path.</summary>
    private static List<JsonNode> ParametersOf(RouteEndpoint endpoint)
    {
        var inPath = endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name).ToHashSet();
        var described = endpoint.Metadata.GetOrderedMetadata<OpenApiParameter>();
        var rest = inPath.Except(described.Select(parameter => parameter.Name)).Select(name => new OpenApiParameter(name, string.Empty));
        return [.. described.Concat(rest).Select(parameter => Parameter(parameter, inPath.Contains(parameter.Name)))];
    }

    private static JsonObject Parameter(OpenApiParameter parameter, bool isInPath)
    {
        var schema = new JsonObject { ["type"] = parameter.Type };
        if (parameter.Pattern is not null)
        {
            schema["pattern"] = parameter.Pattern;
        }

        var item = new JsonObject { ["name"] = parameter.Name, ["in"] = isInPath ? "path" : "query", ["required"] = isInPath };
        if (parameter.Description.Length > 0)
        {
            item["description"] = parameter.Description;
        }

        item["schema"] = schema;
        return item;
    }

    /// <summary>Texts, and JSON that may be anything, are not described further.</summary>
    private static JsonObject Content(string contentType, Type body) => new()
    {
        [contentType] = new JsonObject
        {
            ["schema"] = body == typeof(string) ? new JsonObject { ["type"] = "string" }
                : body == typeof(object) ? new JsonObject()
                : ApiJson.Options.GetJsonSchemaAsNode(body, SchemaOptions),
        },
    };
}
