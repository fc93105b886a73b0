using Microsoft.AspNetCore.Builder;

namespace P2Panda.Radio.Gateway.Api.Access;

/// <summary>Marks routes that are open to those who have the token, and to nobody else.</summary>
internal sealed class TokenRequired
{
    private static readonly TokenRequired Mark = new();

    private TokenRequired()
    {
    }

    /// <summary>Opens a route to those who have the token only.</summary>
    public static TBuilder Apply<TBuilder>(TBuilder route)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(Mark));
        return route;
    }
}
