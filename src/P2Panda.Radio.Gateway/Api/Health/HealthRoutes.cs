using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using P2Panda.Radio.Gateway.Api.Description;

namespace P2Panda.Radio.Gateway.Api.Health;

/// <summary>
/// <c>GET /healthz</c>: whether the gateway should be left running; <c>GET /readyz</c>: whether it can serve now. 200 or 503, with the
/// state of every part. Other parts take part with <c>services.AddHealthChecks().AddCheck&lt;T&gt;(name, tags: [HealthRoutes.Live])</c>.
/// </summary>
internal static class HealthRoutes
{
    /// <summary>Checks with this tag count for /healthz; all count for /readyz.</summary>
    public const string Live = "live";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/healthz", check => check.Tags.Contains(Live), "Whether the gateway is alive");
        Map(routes, "/readyz", _ => true, "Whether the gateway can serve");
    }

    private static void Map(IEndpointRouteBuilder routes, string path, Func<HealthCheckRegistration, bool> predicate, string summary) =>
        routes.MapHealthChecks(path, new HealthCheckOptions { Predicate = predicate, ResponseWriter = WriteAsync })
            .Describe(summary, "status").Answers<HealthAnswer>().Answers<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(
            context.Response.Body,
            new HealthAnswer(
                report.Status == HealthStatus.Healthy ? "ok" : "failing",
                report.Entries.ToDictionary(part => part.Key, part => part.Value.Description ?? part.Value.Status.ToString().ToLowerInvariant())),
            ApiJson.Options,
            context.RequestAborted);
    }
}
