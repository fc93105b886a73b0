using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Bridge.Traffic;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Gateway.Tests.Api.Description;

/// <summary>What the description promises is what is answered; a JSON Schema validator that is not ours judges it.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private ServedGateway _gateway = null!;
    private JsonObject _document = null!;

    public async Task InitializeAsync()
    {
        _gateway = await ServedGateway.StartAsync("radio.driver=sim", "radio.rule=M", "radio.profile=busy");
        _document = (JsonObject)JsonNode.Parse(await _gateway.Client.GetStringAsync("/openapi.json"))!;
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public void EveryRouteIsDescribedWithItsParametersAndAnswers()
    {
        _document["openapi"]!.GetValue<string>().ShouldBe("3.1.0");
        var routes = _gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        routes.Count.ShouldBeGreaterThanOrEqualTo(11);
        foreach (var route in routes)
        {
            var path = route.RoutePattern.RawText!;
            foreach (var method in (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Where(method => method != "HEAD"))
            {
                var operation = _document["paths"]?[path]?[method.ToLowerInvariant()].ShouldNotBeNull($"{method} {path}");
                operation!["summary"]!.GetValue<string>().ShouldNotBeEmpty();
                operation["responses"]!.AsObject().Count.ShouldBeGreaterThan(0, path);
                var inPath = (operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.GetValue<string>() == "path")
                    .Select(parameter => parameter!["name"]!.GetValue<string>());
                inPath.ShouldBe(route.RoutePattern.Parameters.Select(parameter => parameter.Name), ignoreOrder: true);
            }
        }
    }

    [Fact]
    public async Task AnswersAreWhatTheirSchemasSay()
    {
        (await _gateway.PublishNotesAsync()).ShouldBe(11);
        var page = JsonNode.Parse(await _gateway.Client.GetStringAsync("/api/v1/entries"))!;
        var id = page["entries"]![0]!["id"]!.GetValue<string>();
        (string Path, string Route, HttpStatusCode Status)[] calls =
        [
            ("/healthz", "/healthz", HttpStatusCode.OK),
            ("/readyz", "/readyz", HttpStatusCode.OK),
            ("/api/v1/status", "/api/v1/status", HttpStatusCode.OK),
            ("/api/v1/neighbours", "/api/v1/neighbours", HttpStatusCode.OK),
            ("/api/v1/airtime", "/api/v1/airtime", HttpStatusCode.OK),
            ("/api/v1/entries?limit=3", "/api/v1/entries", HttpStatusCode.OK),
            ("/api/v1/entries?limit=0", "/api/v1/entries", HttpStatusCode.BadRequest),
            ($"/api/v1/entries/{id}", "/api/v1/entries/{id}", HttpStatusCode.OK),
            ($"/api/v1/entries/{id[..^1]}", "/api/v1/entries/{id}", HttpStatusCode.BadRequest),
            ($"/api/v1/entries/{new string('0', 68)}", "/api/v1/entries/{id}", HttpStatusCode.NotFound),
            ($"/api/v1/entries/{id}/receipt", "/api/v1/entries/{id}/receipt", HttpStatusCode.OK),
            ("/api/v1/traffic/rules", "/api/v1/traffic/rules", HttpStatusCode.OK),
            ("/api/v1/traffic/quarantine", "/api/v1/traffic/quarantine", HttpStatusCode.OK),
        ];
        using var author = new AppAuthor(1);
        var policy = _gateway.Services.GetRequiredService<TrafficPolicy>();
        policy.Change(new TrafficRules { BlockedAuthors = [author.Key] });
        var refused = author.Create(SchemaId.SchemaDefinition, "refused");
        policy.Admits(refused, Operation.Decode(refused.PayloadBytes!.Value).Operation!, P2Panda.Libp2p.KeyPair.Generate().PeerId).ShouldBeFalse();
        var cases = new JsonArray();
        foreach (var (path, route, status) in calls)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", _gateway.Token) } };
            using var answer = await _gateway.Client.SendAsync(request);
            answer.StatusCode.ShouldBe(status, path);
            var content = _document["paths"]![route]!["get"]!["responses"]![$"{(int)status}"]!["content"]!.AsObject().Single();
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(content.Key, path);
            cases.Add(new JsonObject
            {
                ["path"] = path,
                ["schema"] = Closed(content.Value!["schema"]!.DeepClone()),
                ["answer"] = JsonNode.Parse(await answer.Content.ReadAsStringAsync()),
            });
        }

        var (exit, output) = Validate(cases);
        exit.ShouldBe(0, output);
        output.Trim().ShouldBe($"{calls.Length} answers");
    }

    /// <summary>Nothing may be answered that is not described, either.</summary>
    private static JsonNode Closed(JsonNode schema)
    {
        if (schema is JsonObject node)
        {
            if (node.ContainsKey("properties") && !node.ContainsKey("additionalProperties"))
            {
                node["additionalProperties"] = false;
            }

            foreach (var child in node.Select(pair => pair.Value).OfType<JsonNode>().ToList())
            {
                Closed(child);
            }
        }

        return schema;
    }

    private static (int Exit, string Output) Validate(JsonArray cases)
    {
        const string Script = """
            import json, sys, jsonschema
            cases = json.load(sys.stdin)
            for case in cases:
                jsonschema.Draft202012Validator.check_schema(case["schema"])
                errors = list(jsonschema.Draft202012Validator(case["schema"]).iter_errors(case["answer"]))
                if errors:
                    sys.exit(case["path"] + ": " + errors[0].message)
            print(len(cases), "answers")
            """;
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Write(cases.ToJsonString());
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
