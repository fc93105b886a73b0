using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using P2Panda.Radio.Gateway.Api.Access;

namespace P2Panda.Radio.Gateway.Api.Description;

/// <summary>Says of a route what the OpenAPI description is made of. Routes that say nothing are not in it.</summary>
internal static class RouteDescriptions
{
    /// <summary>What the call does, and the group it belongs to.</summary>
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder route, string summary, string tag) =>
        route.WithSummary(summary).WithTags(tag);

    /// <summary>A parameter in its path or query.</summary>
    public static IEndpointConventionBuilder Takes(
        this IEndpointConventionBuilder route, string name, string description, string type = "string", string? pattern = null) =>
        route.WithMetadata(new OpenApiParameter(name, description, type, pattern));

    /// <summary>The body it takes.</summary>
    public static IEndpointConventionBuilder TakesBody<T>(this IEndpointConventionBuilder route) => route.WithMetadata(new OpenApiBody(typeof(T)));

    /// <summary>What it answers with.</summary>
    public static IEndpointConventionBuilder Answers<T>(this IEndpointConventionBuilder route, int status = StatusCodes.Status200OK) =>
        route.Answers(status, "Done.", typeof(T), "application/json");

    /// <summary>What it answers with, where that is no JSON or nothing.</summary>
    public static IEndpointConventionBuilder Answers(this IEndpointConventionBuilder route, int status, string description, string? contentType = null) =>
        route.Answers(status, description, contentType switch
        {
            null => typeof(void),
            "application/json" => typeof(object),
            _ => typeof(string),
        }, contentType);

    /// <summary>How it fails.</summary>
    public static IEndpointConventionBuilder Fails(this IEndpointConventionBuilder route, int status, string description) =>
        route.Answers(status, description, typeof(Problem), "application/problem+json");

    /// <summary>Opens it to those who have the token only.</summary>
    public static IEndpointConventionBuilder NeedsToken(this IEndpointConventionBuilder route) =>
        TokenRequired.Apply(route).Answers(StatusCodes.Status401Unauthorized, "The token is missing or wrong.", "text/plain");

    private static IEndpointConventionBuilder Answers(
        this IEndpointConventionBuilder route, int status, string description, Type type, string? contentType) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(status, type, contentType is null ? [] : [contentType]) { Description = description });
}
