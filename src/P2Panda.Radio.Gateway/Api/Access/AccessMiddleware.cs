using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using System.Net;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Api.Access;

/// <summary>
/// Refuses requests under other names and changes by unknown web pages, answers what browsers ask before they let a page read or publish
/// (CORS), and notes who calls.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, ApiSettings settings, AccessRules rules, ApiToken token)
{
    private const string VaryOn = "origin, access-control-request-method, access-control-request-headers";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!rules.IsOurName(request.Host.Host))
        {
            return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, $"This gateway is not called '{request.Host.Host}'; api.hosts lists its names.");
        }

        // What is served here is data, but a browser is not to make a page of it, nor to show it inside one.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.Vary = VaryOn;
        var origin = request.Headers.Origin.ToString();
        var isKnown = origin.Length == 0 || rules.IsKnownOrigin(origin, $"{request.Scheme}://{request.Host}");
        if (origin.Length > 0 && isKnown)
        {
            context.Response.Headers.AccessControlAllowOrigin = origin;
        }

        if (IsPreflight(request))
        {
            return AnswerPreflight(context, isKnown);
        }

        if (ChangesSomething(request) && (!isKnown || (origin.Length == 0 && IsOfOtherSite(request))))
        {
            return RefuseAsync(context, StatusCodes.Status403Forbidden, $"Web pages of {(origin.Length == 0 ? "other sites" : origin)} may not publish here; api.origins lists those that may.");
        }

        var caller = CallerOf(context);
        context.Features.Set(caller);
        if (context.GetEndpoint()?.Metadata.GetMetadata<TokenRequired>() is not null && !caller.HasToken)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, $"This call needs the token in {settings.TokenFile}: Authorization: Bearer …");
        }

        return next(context);
    }

    private Caller CallerOf(HttpContext context)
    {
        var headers = context.Request.Headers;
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !headers.ContainsKey("Forwarded") && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("X-Real-IP");
        var hasToken = headers.Authorization is [{ } field] && field.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) &&
            token.Matches(field["Bearer ".Length..].Trim());
        return new Caller(isLocal, hasToken, isLocal || hasToken || settings.AnonymousPublishing);
    }

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Status 200 whatever the answer: it is the missing fields that forbid.</summary>
    private static Task AnswerPreflight(HttpContext context, bool isKnown)
    {
        if (isKnown)
        {
            var headers = context.Response.Headers;
            headers.AccessControlAllowMethods = "GET,POST,OPTIONS";
            headers.AccessControlAllowHeaders = "content-type,authorization";
            headers.AccessControlMaxAge = "600";
            if (context.Request.Headers.ContainsKey("Access-Control-Request-Private-Network"))
            {
                headers["Access-Control-Allow-Private-Network"] = "true";
            }
        }

        return Task.CompletedTask;
    }

    private static bool ChangesSomething(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    /// <summary>What browsers say of a request without Origin (W3C Fetch Metadata).</summary>
    private static bool IsOfOtherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none");

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.Headers[HeaderNames.Vary] = VaryOn;
        return context.Response.WriteAsync(reason, context.RequestAborted);
    }
}
