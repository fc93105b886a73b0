using System.Net;
using System.Net.Http.Headers;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Tests.Api.Administration;

/// <summary>What changes the gateway needs the token, even on loopback.</summary>
public sealed class AdministrationRoutesTests : IAsyncLifetime
{
    private const string Author = "6b734a8eff246fe734b38d4046c148eee5f04fe87b3a0a423955a77956de066b";

    private ServedGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await ServedGateway.StartAsync();
        await _gateway.PublishNotesAsync();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task WithoutTheTokenNothingIsChanged(string? token)
    {
        var answer = await PutAsync("0", "{\"retention\":\"carried\"}", token);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        Retention().ShouldBe(RetentionClass.Kept);
    }

    [Fact]
    public async Task ALogIsKeptOrCarried()
    {
        (await PutAsync("0", "{\"retention\":\"carried\"}", _gateway.Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Retention().ShouldBe(RetentionClass.Carried);
        (await PutAsync("0", "{\"retention\":\"kept\"}", _gateway.Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Retention().ShouldBe(RetentionClass.Kept);
    }

    [Theory]
    [InlineData("99", "{\"retention\":\"kept\"}", HttpStatusCode.NotFound)]
    [InlineData("x", "{\"retention\":\"kept\"}", HttpStatusCode.BadRequest)]
    [InlineData("0", "{\"retention\":\"for ever\"}", HttpStatusCode.BadRequest)]
    [InlineData("0", "{\"retention\":2}", HttpStatusCode.BadRequest)]
    [InlineData("0", "null", HttpStatusCode.BadRequest)]
    [InlineData("0", "{", HttpStatusCode.BadRequest)]
    [InlineData("0", "", HttpStatusCode.BadRequest)]
    public async Task WhatMakesNoSenseIsRefused(string logId, string body, HttpStatusCode expected) =>
        (await PutAsync(logId, body, _gateway.Token)).StatusCode.ShouldBe(expected);

    private RetentionClass Retention() => _gateway.Store.Logs()[0].Retention;

    private async Task<HttpResponseMessage> PutAsync(string logId, string body, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/logs/{Author}/{logId}/retention") { Content = new StringContent(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await _gateway.Client.SendAsync(request);
    }
}
