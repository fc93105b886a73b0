using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>run</c>: the gateway itself.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var radio = new Option<RadioDriver?>("--radio") { Description = "none: only store; sim: the shipped driver on a simulated SX1276" };
        var capture = new Option<string?>("--capture") { Description = "Write received and sent frames to this file, for Wireshark (pcap, LoRaTap)" };
        var command = new Command("run", "Run the gateway until it is told to stop (SIGINT, SIGTERM)") { radio, capture };
        command.SetAction((result, cancellation) => RunAsync(SettingsOptions.Read(result), result.GetValue(radio), result.GetValue(capture), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(GatewaySettings settings, RadioDriver? radio, string? capture, CancellationToken cancellation)
    {
        if (radio is { } driver)
        {
            settings = settings with { Radio = settings.Radio with { Driver = driver } };
        }

        if (capture is not null)
        {
            settings = settings with { Radio = settings.Radio with { Capture = capture } };
        }

        await using var store = Stores.Open(settings);
        using var host = GatewayHost.Build(settings, store);
        try
        {
            await host.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new CommandFailure(
                ExitCode.Environment, $"{failure.Message} Another program listens there; choose another with --set api.port=NUMBER.");
        }

        return ExitCode.Success;
    }
}
