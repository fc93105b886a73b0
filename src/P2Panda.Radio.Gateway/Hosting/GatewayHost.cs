using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.Api;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Node;
using P2Panda.Radio.Node.Guests;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Everything that runs while the gateway does, as the settings ask for it.</summary>
internal static class GatewayHost
{
    /// <summary>Puts the parts together; nothing is started.</summary>
    /// <exception cref="CommandFailure">The settings ask for something that cannot be.</exception>
    public static IHost Build(GatewaySettings settings, ILogStore store, SettingsSource? source = null)
    {
        source ??= new SettingsSource(() => new SettingsResult(settings, []));
        return settings.Api.Enabled ? BuildWithApi(settings, store, source) : BuildWithoutApi(settings, store, source);
    }

    private static WebApplication BuildWithApi(GatewaySettings settings, ILogStore store, SettingsSource source)
    {
        // Empty: what is not set here is not there, and neither files nor variables that ASP.NET Core looks for change anything.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        AddGateway(builder, settings, store, source);
        builder.Services.AddClientApi(settings);
        builder.WebHost.ListenForClients(settings.Api);
        var app = builder.Build();
        app.MapClientApi();
        return app;
    }

    private static IHost BuildWithoutApi(GatewaySettings settings, ILogStore store, SettingsSource source)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        AddGateway(builder, settings, store, source);
        return builder.Build();
    }

    private static void AddGateway(IHostApplicationBuilder builder, GatewaySettings settings, ILogStore store, SettingsSource source)
    {
        // What keeps the gateway from starting is said in one line by the command; a service that fails later is logged as critical.
        ConsoleLog.Add(builder.Logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical));
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(source);
        builder.Services.AddTrafficPolicy(settings);
        if (settings.Radio.Driver != RadioDriver.None)
        {
            // Region, profile and power are judged before anything is started or any key is made.
            RadioNodes.PlanOf(settings.Radio);
            var key = RadioKey.ReadOrCreate(settings.Radio.KeyFile, store.Marks);
            builder.Services.AddSingleton(_ => key);
            builder.Services.AddSingleton(services => OpenedRadio.Open(settings.Radio, services.GetRequiredService<ILoggerFactory>()));
            builder.Services.AddSingleton(services => RadioNodes.Create(
                settings,
                store,
                services.GetRequiredService<OpenedRadio>(),
                key,
                services.GetRequiredService<IGuestPolicy>(),
                services.GetRequiredService<ILogger<RadioNode>>()));
            builder.Services.AddHostedService<RadioService>();
            builder.Services.AddHostedService<RadioMetrics>();
            builder.Services.AddStatusDisplay(settings);
        }

        builder.Services.AddDocuments();
        builder.Services.AddBridge(settings);
        builder.Services.AddLibp2pHost(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ServiceNotifier>();
        builder.Services.AddHostedService<ServiceManagerLink>();
    }
}
