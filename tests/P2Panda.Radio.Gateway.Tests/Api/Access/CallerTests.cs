using System.Net;
using Microsoft.AspNetCore.Http;
using P2Panda.Radio.Gateway.Api.Access;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Tests.Api.Access;

/// <summary>Who may publish: this machine, whoever has the token, and others if the operator says so.</summary>
public sealed class CallerTests
{
    private const string Token = "correct-horse-battery";

    [Theory]
    [InlineData("127.0.0.1", null, null, false, true)]
    [InlineData("::1", null, null, false, true)]
    [InlineData("192.168.4.20", null, null, false, false)]
    [InlineData("192.168.4.20", null, null, true, true)]
    [InlineData("192.168.4.20", $"Bearer {Token}", null, false, true)]
    [InlineData("192.168.4.20", $"bearer {Token}", null, false, true)]
    [InlineData("192.168.4.20", "Bearer wrong", null, false, false)]
    [InlineData("192.168.4.20", Token, null, false, false)]
    [InlineData("127.0.0.1", null, "X-Forwarded-For", false, false)]
    [InlineData("127.0.0.1", null, "Forwarded", false, false)]
    public async Task WhoMayPublish(string address, string? authorization, string? proxyField, bool anonymous, bool expected)
    {
        var context = Context(address);
        context.Request.Headers.Authorization = authorization;
        if (proxyField is not null)
        {
            context.Request.Headers[proxyField] = "203.0.113.9";
        }

        (await CallerAsync(context, anonymous)).MayPublish.ShouldBe(expected);
    }

    [Theory]
    [InlineData("127.0.0.1", "")]
    [InlineData("192.168.4.20", "192.168.4.20")]
    [InlineData("::ffff:192.168.4.20", "192.168.4.20")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::")]
    public async Task RatesCountByAddressOrNetwork(string address, string expected)
    {
        var context = Context(address);
        await CallerAsync(context, anonymous: false);
        RateLimits.KeyOf(context).ShouldBe(expected);
    }

    private static DefaultHttpContext Context(string address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Method = "POST";
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("192.168.4.1", 2020);
        return context;
    }

    private static async Task<Caller> CallerAsync(DefaultHttpContext context, bool anonymous)
    {
        var settings = new ApiSettings { AnonymousPublishing = anonymous };
        var middleware = new AccessMiddleware(_ => Task.CompletedTask, settings, new AccessRules(settings, "hut"), new ApiToken(Token));
        await middleware.InvokeAsync(context);
        return context.Features.Get<Caller>()!;
    }
}
