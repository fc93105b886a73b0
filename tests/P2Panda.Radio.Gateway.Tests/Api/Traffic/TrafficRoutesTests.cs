using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Bridge.Traffic;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Tests.Api.Traffic;

/// <summary>The traffic policy in an operator's hands.</summary>
public sealed class TrafficRoutesTests : IAsyncLifetime, IDisposable
{
    private const string Rules = "/api/v1/traffic/rules";
    private const string Refused = "/api/v1/traffic/quarantine";

    private readonly AppAuthor _ada = new(1);
    private readonly AppAuthor _bob = new(2);
    private ServedGateway _gateway = null!;

    private TrafficPolicy Policy => _gateway.Services.GetRequiredService<TrafficPolicy>();

    public async Task InitializeAsync() => _gateway = await ServedGateway.StartAsync("traffic.airtimeShare=0.3");

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    public void Dispose()
    {
        _ada.Dispose();
        _bob.Dispose();
    }

    [Theory]
    [InlineData("GET", Rules)]
    [InlineData("PUT", Rules)]
    [InlineData("DELETE", Rules)]
    [InlineData("GET", Refused)]
    [InlineData("POST", Refused + "/0020/release")]
    public async Task NothingWithoutTheToken(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : new StringContent("{}") };
        (await _gateway.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        Policy.Rules.AirtimeShare.ShouldBe(0.3);
    }

    [Fact]
    public async Task RulesAreReplacedAtOnceAndWithdrawn()
    {
        var (_, before) = await CallAsync("GET", Rules);
        (before["areSet"]!.GetValue<bool>(), before["rules"]!["airtimeShare"]!.GetValue<double>()).ShouldBe((false, 0.3));

        var changed = 0;
        Policy.Changed += () => changed++;
        var (status, answer) = await CallAsync("PUT", Rules, $$"""{"airtimeShare": 0.1, "blockAuthors": ["{{_bob.Key}}"]}""");
        status.ShouldBe(HttpStatusCode.OK);
        answer["areSet"]!.GetValue<bool>().ShouldBeTrue();
        (Policy.Rules.AirtimeShare, Policy.Rules.MaxAirBytes, changed).ShouldBe((0.1, 16_384, 1));
        Policy.Rules.BlockedAuthors.ShouldContain(_bob.Key);

        (status, answer) = await CallAsync("DELETE", Rules);
        (status, answer["areSet"]!.GetValue<bool>()).ShouldBe((HttpStatusCode.OK, false));
        (Policy.Rules.AirtimeShare, Policy.Rules.BlockedAuthors.Count).ShouldBe((0.3, 0));
    }

    [Fact]
    public async Task EverythingThatIsWrongIsListedAndNothingChanged()
    {
        var (status, answer) = await CallAsync(
            "PUT", Rules, """{"airtimeShare": 2, "maxAirBytes": "many", "blockAuthors": null, "airSchema": [], "airSchemaIds": ["nonsense"]}""");
        status.ShouldBe(HttpStatusCode.BadRequest);
        var problems = answer["problems"]!.AsArray().Select(problem => problem!.GetValue<string>()).ToList();
        problems.Select(problem => problem[..problem.IndexOf(':', StringComparison.Ordinal)])
            .ShouldBe(["airtimeShare", "maxAirBytes", "blockAuthors", "airSchema", "airSchemaIds"], ignoreOrder: true);
        Policy.Rules.AirtimeShare.ShouldBe(0.3);

        (_, answer) = await CallAsync("PUT", Rules, """{"blockAuthors": ["x"], "blockDocuments": ["y"]}""");
        answer["problems"]!.AsArray().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"airtimeShare\": 0.1, \"airtimeShare\": 0.2}")]
    public async Task WhatIsNoObjectIsRefused(string body)
    {
        var (status, answer) = await CallAsync("PUT", Rules, body);
        status.ShouldBe(HttpStatusCode.BadRequest);
        answer["problems"]!.AsArray().ShouldNotBeEmpty();
        Policy.Rules.AirtimeShare.ShouldBe(0.3);
    }

    [Fact]
    public async Task WhatWasRefusedIsSeenAndReleased()
    {
        var chat = _ada.DefineSchema("chat");
        var spam = _bob.Create(chat, "spam");
        await CallAsync("PUT", Rules, $$"""{"blockAuthors": ["{{_bob.Key}}"]}""");
        Policy.Admits(spam, Operation.Decode(spam.PayloadBytes!.Value).Operation!, P2Panda.Libp2p.KeyPair.Generate().PeerId).ShouldBeFalse();

        var (_, report) = await CallAsync("GET", Refused);
        var seen = report["entries"]!.AsArray().ShouldHaveSingleItem()!;
        (seen["id"]!.GetValue<string>(), seen["direction"]!.GetValue<string>(), seen["reason"]!.GetValue<string>(), seen["schema"]!.GetValue<string>())
            .ShouldBe((spam.Id.ToString(), "toStore", "authorBlocked", chat.Text));
        report["counts"]!.AsArray().ShouldHaveSingleItem()!["count"]!.GetValue<long>().ShouldBe(1);

        var (status, released) = await CallAsync("POST", $"{Refused}/{spam.Id}/release");
        (status, released["stored"]!.GetValue<string>()).ShouldBe((HttpStatusCode.OK, "appended"));
        var stored = (await _gateway.Store.ReadAsync(LogFormat.Bamboo, spam.Id)).ShouldNotBeNull();
        stored.Origin.ShouldBe(EntryOrigin.Internet);
        Policy.JudgeForAir(stored).IsAdmitted.ShouldBeTrue("it may go to the air, too");
        (await CallAsync("GET", Refused)).Answer["entries"]![0]!["isReleased"]!.GetValue<bool>().ShouldBeTrue();
        var other = _bob.Create(chat, "more spam");
        Policy.Admits(other, Operation.Decode(other.PayloadBytes!.Value).Operation!, P2Panda.Libp2p.KeyPair.Generate().PeerId).ShouldBeFalse();
    }

    [Fact]
    public async Task WhatIsNotThereCannotBeReleased()
    {
        (await CallAsync("POST", $"{Refused}/{new string('0', 68)}/release")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await CallAsync("POST", $"{Refused}/xyz/release")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> CallAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _gateway.Token);
        using var answer = await _gateway.Client.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
