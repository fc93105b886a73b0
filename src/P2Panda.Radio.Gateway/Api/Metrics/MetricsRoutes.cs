using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Radio.Gateway.Api.Description;

namespace P2Panda.Radio.Gateway.Api.Metrics;

/// <summary><c>GET /metrics</c>: for Prometheus and what reads its format.</summary>
internal static class MetricsRoutes
{
    private static readonly string[] Meters = [GatewayMeters.Name, "System.Runtime"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Made now, so that the instruments are there.
        routes.ServiceProvider.GetRequiredService<GatewayMeters>();
        routes.MapGet("/metrics", context =>
        {
            context.Response.ContentType = PrometheusText.ContentType;
            return context.Response.WriteAsync(PrometheusText.Read(Meters), context.RequestAborted);
        }).Describe("Figures in Prometheus' text format", "status").Answers(StatusCodes.Status200OK, "Lines of text.", "text/plain");
    }
}
