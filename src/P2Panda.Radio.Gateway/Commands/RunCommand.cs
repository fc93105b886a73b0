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
        var ether = SimulatedRadioOptions.Ether();
        var name = SimulatedRadioOptions.EtherName();
        var command = new Command("run", "Run the gateway until it is told to stop (SIGINT, SIGTERM)") { radio, ether, name, capture };
        command.SetAction((result, cancellation) =>
        {
            var settings = SettingsOptions.Read(result);
            return RunAsync(
                settings with
                {
                    Radio = settings.Radio with
                    {
                        Driver = result.GetValue(radio) ?? settings.Radio.Driver,
                        Ether = result.GetValue(ether) ?? settings.Radio.Ether,
                        EtherName = result.GetValue(name) ?? settings.Radio.EtherName,
                        Capture = result.GetValue(capture) ?? settings.Radio.Capture,
                    },
                },
                cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(GatewaySettings settings, CancellationToken cancellation)
    {
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
