using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Api.Access;

/// <summary>How many requests a caller of another machine may send. Callers on this machine are only bounded together, by connections.</summary>
internal static class RateLimits
{
    private const int BurstSeconds = 5;
    private const string Local = "";

    public static void Configure(RateLimiterOptions options, ApiSettings settings)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = static (rejected, _) =>
        {
            if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
            {
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            return ValueTask.CompletedTask;
        };
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.RequestsPerSecond * BurstSeconds,
            TokensPerPeriod = settings.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        };
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            KeyOf(context) is { Length: > 0 } key ? RateLimitPartition.GetTokenBucketLimiter(key, _ => bucket) : RateLimitPartition.GetNoLimiter(Local));
    }

    /// <summary>An IPv4 address, or the network of an IPv6 address: whoever has one of those has 2^64.</summary>
    internal static string KeyOf(HttpContext context)
    {
        if (context.Features.Get<Caller>() is { IsLocal: true } || context.Connection.RemoteIpAddress is not { } address)
        {
            return Local;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress([.. address.GetAddressBytes()[..8], .. new byte[8]]).ToString()
            : address.ToString();
    }
}
