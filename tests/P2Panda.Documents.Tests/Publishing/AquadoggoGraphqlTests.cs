using System.Text.Json;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Publishing;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Documents.Tests.Publishing;

/// <summary>
/// The publish and nextArgs requests that aquadoggo answered, in their order: the same arguments where it gave some, a refusal where it
/// refused.
/// </summary>
public sealed class AquadoggoGraphqlTests(ITestOutputHelper output)
{
    /// <summary>What each refusal of aquadoggo's is here; the other refused requests are no entries at all.</summary>
    private static readonly Dictionary<string, PublishRefusal> Refusals = new()
    {
        ["publish, unknown schema, matching operation"] = PublishRefusal.SchemaNotFound,
        ["publish same again"] = PublishRefusal.SequenceNumberMismatch,
        ["unknown view id"] = PublishRefusal.PreviousNotFound,
        ["sequence gap"] = PublishRefusal.SequenceNumberMismatch,
        ["wrong field type"] = PublishRefusal.InvalidOperation,
        ["missing field"] = PublishRefusal.InvalidOperation,
        ["additional field"] = PublishRefusal.InvalidOperation,
        ["previous not stored"] = PublishRefusal.PreviousNotFound,
        ["log id already used"] = PublishRefusal.SequenceNumberMismatch,
        ["nextArgs for deleted document"] = PublishRefusal.DocumentDeleted,
        ["publish after delete"] = PublishRefusal.DocumentDeleted,
        ["schema name not allowed"] = PublishRefusal.InvalidOperation,
    };

    private readonly MemoryIndex _index = new();

    [Fact]
    public async Task EveryRequestIsAnsweredAsAquadoggoAnsweredIt()
    {
        using var json = TestVectors.Json("aquadoggo/graphql.json");
        var records = 0;
        var refusals = new Dictionary<string, PublishRefusal>();
        foreach (var record in json.RootElement.GetProperty("requests").EnumerateArray())
        {
            if (Variables(record) is not { } variables)
            {
                continue;
            }

            var name = record.GetProperty("name").GetString()!;
            var answer = record.GetProperty("response").GetProperty("body").GetProperty("data");
            var result = variables.TryGetProperty("entry", out _) ? await PublishAsync(variables) : await NextAsync(variables);
            if (answer.ValueKind == JsonValueKind.Null)
            {
                result?.Arguments.ShouldBeNull(name);
                if (result is { } refused)
                {
                    refusals.Add(name, refused.Refusal);
                }
            }
            else
            {
                var expected = answer.EnumerateObject().Single().Value;
                var arguments = result!.Value.Arguments.ShouldNotBeNull(name);
                arguments.LogId.ToString().ShouldBe(expected.GetProperty("logId").GetString(), name);
                arguments.SequenceNumber.ToString().ShouldBe(expected.GetProperty("seqNum").GetString(), name);
                arguments.Backlink?.ToString().ShouldBe(expected.GetProperty("backlink").GetString(), name);
                arguments.Skiplink?.ToString().ShouldBe(expected.GetProperty("skiplink").GetString(), name);
                (arguments.Skiplink is null).ShouldBe(expected.GetProperty("skiplink").ValueKind == JsonValueKind.Null, name);
            }

            records++;
        }

        refusals.ShouldBe(Refusals, ignoreOrder: true);
        records.ShouldBe(32);
        VectorCount.Report(output, "aquadoggo/graphql.json (publish and nextArgs)", records);
    }

    /// <summary>The variables of requests in the form in which clients send them.</summary>
    private static JsonElement? Variables(JsonElement record)
    {
        var body = record.GetProperty("request").TryGetProperty("body", out var given) ? given : default;
        if (body.ValueKind == JsonValueKind.String)
        {
            try
            {
                body = JsonDocument.Parse(body.GetString()!).RootElement;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        return body.ValueKind == JsonValueKind.Object && body.TryGetProperty("variables", out var variables)
            && variables.ValueKind == JsonValueKind.Object
            && (variables.TryGetProperty("entry", out _) || variables.TryGetProperty("publicKey", out _)) ? variables : null;
    }

    /// <returns>None when there is no entry or no operation to judge.</returns>
    private async Task<NextArgumentsResult?> PublishAsync(JsonElement variables)
    {
        var (entry, _) = BambooEntry.VerifyHex(variables.GetProperty("entry").GetString(), variables.GetProperty("operation").GetString());
        if (entry is null || Operation.Decode(entry.PayloadBytes!.Value).Operation is not { } operation)
        {
            return null;
        }

        var result = await new PublishRules(_index, _index).CheckAsync(entry, operation, _index.FindSchema(operation.SchemaId));
        if (result.IsAccepted)
        {
            _index.Add(entry, operation);
        }

        return result;
    }

    private async Task<NextArgumentsResult?> NextAsync(JsonElement variables)
    {
        DocumentViewId? viewId = null;
        if (variables.TryGetProperty("viewId", out var text) && text.ValueKind == JsonValueKind.String
            && !DocumentViewId.TryParse(text.GetString(), out viewId))
        {
            return null;
        }

        return PublicKey.TryParse(variables.GetProperty("publicKey").GetString(), out var author)
            ? await new PublishRules(_index, _index).NextAsync(author, viewId)
            : null;
    }
}
