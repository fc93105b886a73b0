using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Node;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>run</c>: the gateway itself.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var radio = new Option<RadioDriver?>("--radio") { Description = "none: only store; sim: the shipped driver on a simulated SX1276" };
        var command = new Command("run", "Run the gateway until it is told to stop (SIGINT, SIGTERM)") { radio };
        command.SetAction((result, cancellation) => RunAsync(SettingsOptions.Read(result), result.GetValue(radio), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(GatewaySettings settings, RadioDriver? radio, CancellationToken cancellation)
    {
        if (radio is { } driver)
        {
            settings = settings with { Radio = settings.Radio with { Driver = driver } };
        }

        await using var store = Stores.Open(settings);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
        builder.Services.AddSingleton(store);
        if (settings.Radio.Driver != RadioDriver.None)
        {
            // Region, profile and power are judged before anything is started or any key is made.
            RadioNodes.PlanOf(settings.Radio);
            var key = RadioKey.ReadOrCreate(settings.Radio.KeyFile, out var isNew);
            builder.Services.AddSingleton(_ => key);
            builder.Services.AddSingleton(services =>
                RadioNodes.Create(settings, store, key, isNew, services.GetRequiredService<ILogger<RadioNode>>()));
            builder.Services.AddHostedService<RadioService>();
        }

        builder.Services.AddLibp2pHost(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ServiceNotifier>();
        builder.Services.AddHostedService<ServiceManagerLink>();
        using var host = builder.Build();
        await host.RunAsync(cancellation).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
