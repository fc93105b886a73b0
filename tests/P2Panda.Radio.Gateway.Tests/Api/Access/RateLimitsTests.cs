using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using P2Panda.Radio.Gateway.Api.Access;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Tests.Api.Access;

public sealed class RateLimitsTests
{
    [Fact]
    public void AnotherMachineHasItsBurstAndThenWaits()
    {
        var options = new RateLimiterOptions();
        RateLimits.Configure(options, new ApiSettings { RequestsPerSecond = 3 });
        options.RejectionStatusCode.ShouldBe(StatusCodes.Status429TooManyRequests);
        Allowed(options, From("192.168.4.20", isLocal: false), 100).ShouldBeInRange(15, 18);
        Allowed(options, From("192.168.4.21", isLocal: false), 10).ShouldBe(10);
        Allowed(options, From("127.0.0.1", isLocal: true), 1_000).ShouldBe(1_000);
    }

    private static int Allowed(RateLimiterOptions options, HttpContext context, int requests) =>
        Enumerable.Range(0, requests).Count(_ => options.GlobalLimiter!.AttemptAcquire(context).IsAcquired);

    private static DefaultHttpContext From(string address, bool isLocal)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Features.Set(new Caller(isLocal, HasToken: false, MayPublish: isLocal));
        return context;
    }
}
