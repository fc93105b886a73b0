using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Documents;
using P2Panda.Radio.Gateway.Api.Access;
using P2Panda.Radio.Gateway.Api.Administration;
using P2Panda.Radio.Gateway.Api.Apps;
using P2Panda.Radio.Gateway.Api.Description;
using P2Panda.Radio.Gateway.Api.Documents;
using P2Panda.Radio.Gateway.Api.Entries;
using P2Panda.Radio.Gateway.Api.Health;
using P2Panda.Radio.Gateway.Api.Metrics;
using P2Panda.Radio.Gateway.Api.Pages;
using P2Panda.Radio.Gateway.Api.Status;
using P2Panda.Radio.Gateway.Api.Traffic;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Documents;
using P2Panda.Radio.Gateway.GraphQL;
using P2Panda.Radio.Gateway.GraphQL.Execution;

namespace P2Panda.Radio.Gateway.Api;

/// <summary>The HTTP side of the gateway. Each feature maps its routes in a file of its own; this is the list of them.</summary>
internal static class ClientApi
{
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(75);

    /// <summary>Adds what the routes need.</summary>
    /// <exception cref="Commands.CommandFailure">The token cannot be read or made.</exception>
    public static IServiceCollection AddClientApi(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddRoutingCore();
        services.AddSingleton(settings.Api);
        services.AddSingleton(ApiToken.ReadOrCreate(settings.Api.TokenFile));
        services.AddSingleton(new AccessRules(settings.Api, Dns.GetHostName()));
        services.AddRateLimiter(options => RateLimits.Configure(options, settings.Api));
        services.AddRequestTimeouts(options => options.DefaultPolicy = new RequestTimeoutPolicy
        {
            // Later than queries are ended, which say so in their own words.
            Timeout = TimeSpan.FromSeconds(settings.Api.TimeoutSeconds + 1),
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
        });
        services.AddSingleton(new GraphQLLimits { MaxTime = TimeSpan.FromSeconds(settings.Api.TimeoutSeconds) });
        services.AddSingleton<GraphQLExecutor>();
        services.AddSingleton<EntryPublisher>();
        services.AddSingleton<AppSchema>();
        services.AddSingleton<StatusReader>();
        services.AddSingleton<GatewayMeters>();
        services.AddHealthChecks().AddCheck<RadioHealth>("radio", tags: [HealthRoutes.Live]);
        return services;
    }

    /// <summary>Listens where the settings say and nowhere else; no variable of the environment opens another door.</summary>
    public static void ListenForClients(this IWebHostBuilder web, ApiSettings settings) => web.UseKestrelCore().ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = settings.MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = settings.MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAliveTimeout;
        kestrel.Listen(IPAddress.Parse(settings.Address), settings.Port, listen => listen.Protocols = HttpProtocols.Http1);
    });

    /// <summary>Puts the checks in front and the routes behind them.</summary>
    public static void MapClientApi(this WebApplication app)
    {
        app.UseMiddleware<AccessMiddleware>();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        DocumentQueries.Offer(app.Services.GetRequiredService<MaterialisedDocuments>(), app.Services.GetRequiredService<AppSchema>());
        HealthRoutes.Map(app);
        GraphQLRoutes.Map(app);
        DocumentRoutes.Map(app);
        BlobRoutes.Map(app);
        ChangeRoutes.Map(app);
        StatusRoutes.Map(app);
        EntryRoutes.Map(app);
        MetricsRoutes.Map(app);
        AdministrationRoutes.Map(app);
        TrafficRoutes.Map(app);
        ConsoleRoutes.Map(app);
        OpenApiRoutes.Map(app);
    }
}
