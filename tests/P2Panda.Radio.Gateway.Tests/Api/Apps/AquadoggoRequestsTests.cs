using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Api.Apps;

/// <summary>
/// Everything that was asked of a running aquadoggo, in its order, asked of this gateway: the same status, the same data, an error where
/// aquadoggo gave one.
/// </summary>
public sealed class AquadoggoRequestsTests(ITestOutputHelper output)
{
    /// <summary>Where this gateway answers otherwise, and why.</summary>
    private static readonly Dictionary<string, string> Differences = new()
    {
        ["publish same again"] = "the very same entry once more is answered like the first time, so that a client may ask again when an answer was lost",
        ["GET playground"] = "a page of our own that loads nothing from elsewhere",
        ["GET root"] = "the gateway at a glance, where aquadoggo has nothing: status 200",
        ["OPTIONS preflight"] = "access: a page of an unknown origin gets the status, and not the permission",
        ["collection query"] = "cursors are opaque and ours are others; the rest is compared with all of reads.json",
    };

    [Fact]
    public async Task EveryRequestIsAnsweredAsAquadoggoAnsweredIt()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var json = TestVectors.Json("aquadoggo/graphql.json");
        var differing = new List<string>();
        var records = 0;
        foreach (var record in json.RootElement.GetProperty("requests").EnumerateArray())
        {
            var name = record.GetProperty("name").GetString()!;
            if (!await IsAnsweredAlikeAsync(gateway, record, name))
            {
                differing.Add(name);
            }

            records++;
        }

        differing.ShouldBe(Differences.Keys, ignoreOrder: true);
        records.ShouldBe(52);
        VectorCount.Report(output, "aquadoggo/graphql.json (requests)", records);
    }

    [Fact]
    public async Task EveryExchangeOfShirokumaIsAnsweredAsAquadoggoAnsweredIt()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var json = TestVectors.Json("aquadoggo/shirokuma.json");
        var records = 0;
        foreach (var record in json.RootElement.GetProperty("exchanges").EnumerateArray())
        {
            (await IsAnsweredAlikeAsync(gateway, record, $"exchange {records}")).ShouldBeTrue($"exchange {records}");
            records++;
        }

        records.ShouldBe(27);
        VectorCount.Report(output, "aquadoggo/shirokuma.json", records);
    }

    /// <summary>A page that may do what pages may with aquadoggo is told so in the same words.</summary>
    [Fact]
    public async Task WithAllOriginsAllowedAPreflightIsAnsweredAlike()
    {
        await using var gateway = await ServedGateway.StartAsync("api.origins=*");
        using var json = TestVectors.Json("aquadoggo/graphql.json");
        var record = json.RootElement.GetProperty("requests").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "OPTIONS preflight");
        (await IsAnsweredAlikeAsync(gateway, record, "OPTIONS preflight")).ShouldBeTrue();
    }

    private static async Task<bool> IsAnsweredAlikeAsync(ServedGateway gateway, JsonElement record, string name)
    {
        using var answer = await gateway.Client.SendAsync(Request(record.GetProperty("request")));
        var expected = record.GetProperty("response");
        if ((int)answer.StatusCode != expected.GetProperty("status").GetInt32())
        {
            name.ShouldBe("GET root");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            return false;
        }

        if (expected.TryGetProperty("headers", out var fields) && fields.TryGetProperty("access-control-allow-methods", out var methods))
        {
            return answer.Headers.TryGetValues("Access-Control-Allow-Methods", out var ours) && ours.Single() == methods.GetString();
        }

        var text = await answer.Content.ReadAsStringAsync();
        var body = expected.GetProperty("body");
        if (body.ValueKind == JsonValueKind.String)
        {
            // The words of a refusal are our own; that there are some is not.
            return expected.GetProperty("status").GetInt32() == 400 ? text.Length > 0 : text == body.GetString();
        }

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json", name);
        using var given = JsonDocument.Parse(text);
        var isAlike = JsonElement.DeepEquals(given.RootElement.GetProperty("data"), body.GetProperty("data"));
        var isRefused = body.TryGetProperty("errors", out _);
        return isAlike && given.RootElement.TryGetProperty("errors", out _) == isRefused;
    }

    private static HttpRequestMessage Request(JsonElement record)
    {
        var request = new HttpRequestMessage(new HttpMethod(record.GetProperty("method").GetString()!), record.GetProperty("path").GetString());
        var body = record.GetProperty("body");
        if (body.ValueKind != JsonValueKind.Null)
        {
            var text = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText();
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        }

        foreach (var field in record.GetProperty("headers").EnumerateObject())
        {
            if (field.Name == "content-type")
            {
                if (request.Content is not null)
                {
                    request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(field.Value.GetString()!);
                }
            }
            else
            {
                request.Headers.TryAddWithoutValidation(field.Name, field.Value.GetString()).ShouldBeTrue();
            }
        }

        return request;
    }
}
