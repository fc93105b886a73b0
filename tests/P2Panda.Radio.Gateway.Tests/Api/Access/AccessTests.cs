using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2Panda.Radio.Gateway.Tests.Api.Access;

/// <summary>What a gateway on loopback lets through.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private ServedGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await ServedGateway.StartAsync("api.origins=https://app.example", "api.maxBodyBytes=4096");

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task ANameThatSomebodyElsePointedHereIsRefused()
    {
        var answer = await Send(HttpMethod.Get, "/healthz", ("Host", "evil.example"));
        answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await Send(HttpMethod.Get, "/healthz", ("Host", "localhost"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task APageOfElsewhereChangesNothing(string name, string value)
    {
        var answer = await Send(HttpMethod.Post, "/graphql", (name, value));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Fact]
    public async Task APageOfElsewhereReadsNothing()
    {
        var answer = await Send(HttpMethod.Get, "/healthz", ("Origin", "https://evil.example"));
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        var preflight = await Send(HttpMethod.Options, "/graphql", ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));
        preflight.StatusCode.ShouldBe(HttpStatusCode.OK);
        preflight.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        preflight.Headers.Contains("Access-Control-Allow-Methods").ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://app.example")]
    [InlineData("http://localhost:5173")]
    public async Task AKnownPageReadsAndIsToldSo(string origin)
    {
        var answer = await Send(HttpMethod.Get, "/healthz", ("Origin", origin));
        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([origin]);
        answer.Headers.Vary.ShouldContain("origin");
        var preflight = await Send(
            HttpMethod.Options, "/graphql", ("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Private-Network", "true"));
        preflight.Headers.GetValues("Access-Control-Allow-Methods").ShouldBe(["GET,POST,OPTIONS"]);
        preflight.Headers.GetValues("Access-Control-Allow-Private-Network").ShouldBe(["true"]);
    }

    [Fact]
    public async Task NothingIsMadeAPageOf() =>
        (await Send(HttpMethod.Get, "/healthz")).Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);

    [Fact]
    public async Task GarbageEndsTheConnectionAndNothingElse()
    {
        var random = new Random(5);
        for (var round = 0; round < 50; round++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, _gateway.Client.BaseAddress!.Port);
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            await socket.SendAsync(round % 2 == 0 ? bytes : [.. Encoding.ASCII.GetBytes("POST /graphql HTTP/1.1\r\nHost: localhost\r\n"), .. bytes]);
        }

        (await Send(HttpMethod.Get, "/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in fields)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return _gateway.Client.SendAsync(request);
    }
}
