using System.Net;
using System.Text;
using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Api.Apps;

public sealed class GraphQLRoutesTests : IAsyncLifetime
{
    private ServedGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await ServedGateway.StartAsync("api.maxBodyBytes=4096");

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("""{"query":"{ __typename }","variables":null,"operationName":null,"extensions":{}}""", HttpStatusCode.OK)]
    [InlineData("""{"query":3}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"query":null}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"query":"{ __typename }","variables":[]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"query":"{ __typename }","operationName":{}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"query":"{ __typename }"} x""", HttpStatusCode.BadRequest)]
    [InlineData("""{"query":"\ud800"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"\ud800":1}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"query":"query($k: String!) { nextArgs(publicKey: $k) { logId } }","variables":{"k":"\ud800"}}""", HttpStatusCode.OK)]
    [InlineData("""{"query":"query($k: String!) { nextArgs(publicKey: $k) { logId } }","variables":{"\ud800":"a"}}""", HttpStatusCode.OK)]
    public async Task ABodyIsOneObjectWithAQuery(string body, HttpStatusCode expected)
    {
        using var answer = await PostAsync(Encoding.UTF8.GetBytes(body));
        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task ABodyThatIsTooLargeIsRefused()
    {
        (await PostAsync(new byte[4097])).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new ByteArrayContent(Encoding.ASCII.GetBytes($"{{\"query\":\"{new string('a', 5000)}\"}}")) };
        chunked.Headers.TransferEncodingChunked = true;
        (await _gateway.Client.SendAsync(chunked)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    /// <summary>Changed and random bodies: data, errors or 400 for each, and the gateway serves on.</summary>
    [Fact]
    public async Task NoBodyBreaksIt()
    {
        var random = new Random(23);
        var valid = """{"query":"query N($k: String!, $v: String) { nextArgs(publicKey: $k, viewId: $v) { logId seqNum } }","operationName":"N","variables":{"k":"70df9e2279adbec6d12bf2921184c9222eb24ed852005bf640139f52e59cd9ae","v":null}}"""u8.ToArray();
        var (answered, refused) = (0, 0);
        for (var round = 0; round < 3_000; round++)
        {
            var body = valid.ToList();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                var at = random.Next(body.Count);
                switch (random.Next(3))
                {
                    case 0:
                        body[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        body.RemoveRange(at, random.Next(Math.Min(8, body.Count - at)));
                        break;
                    default:
                        body.InsertRange(at, "{\"\\ud8[]:$\u0001"u8[..random.Next(11)].ToArray());
                        break;
                }
            }

            using var answer = await PostAsync([.. body]);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
                json.RootElement.TryGetProperty("data", out _).ShouldBeTrue();
                answered++;
            }
            else
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
                refused++;
            }
        }

        answered.ShouldBeGreaterThan(300);
        refused.ShouldBeGreaterThan(300);
    }

    private Task<HttpResponseMessage> PostAsync(byte[] body) => _gateway.Client.PostAsync("/graphql", new ByteArrayContent(body));
}
