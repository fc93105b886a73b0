using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using P2Panda.Radio.Gateway.Api.Description;

namespace P2Panda.Radio.Gateway.Api.Pages;

/// <summary><c>/</c>: the gateway at a glance.</summary>
internal static class ConsoleRoutes
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], new EmbeddedPage("console.html").WriteAsync)
            .Describe("The gateway at a glance, in a browser", "status").Answers(StatusCodes.Status200OK, "The page.", "text/html");
}
