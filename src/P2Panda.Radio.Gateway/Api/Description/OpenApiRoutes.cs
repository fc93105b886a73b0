using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace P2Panda.Radio.Gateway.Api.Description;

/// <summary><c>GET /openapi.json</c>.</summary>
internal static class OpenApiRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<EndpointDataSource>();

        // Made when it is first asked for, when all routes are mapped.
        var document = new Lazy<byte[]>(() => Encoding.UTF8.GetBytes(OpenApiDocument.Make(endpoints.Endpoints).ToJsonString(ApiJson.Options)));
        routes.MapGet("/openapi.json", async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(document.Value, context.RequestAborted).ConfigureAwait(false);
        }).Describe("This description", "description").Answers(StatusCodes.Status200OK, "An OpenAPI 3.1 document.", "application/json");
    }
}
