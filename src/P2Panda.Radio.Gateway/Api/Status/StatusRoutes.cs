using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Radio.Gateway.Api.Description;

namespace P2Panda.Radio.Gateway.Api.Status;

/// <summary>How the gateway, its radio and its neighbours are.</summary>
internal static class StatusRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var reader = routes.ServiceProvider.GetRequiredService<StatusReader>();
        routes.MapGet("/api/v1/status", context => ApiJson.WriteAsync(context, reader.ReadStatus()))
            .Describe("How the gateway is", "status").Answers<StatusReport>();
        routes.MapGet("/api/v1/neighbours", context => ApiJson.WriteAsync(context, reader.ReadNeighbours()))
            .Describe("How gateways in reach are heard, the latest first", "status").Answers<IReadOnlyList<NeighbourReport>>();
        routes.MapGet("/api/v1/airtime", context => reader.ReadAirtime() is { } report
                ? ApiJson.WriteAsync(context, report)
                : ApiJson.WriteProblemAsync(context, StatusCodes.Status404NotFound, "This gateway has no radio."))
            .Describe("Airtime left, and who used it in the last hour", "status").Answers<AirtimeReport>().Fails(StatusCodes.Status404NotFound, "There is no radio.");
    }
}
