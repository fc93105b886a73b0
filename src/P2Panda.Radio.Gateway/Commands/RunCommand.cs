using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>run</c>: the gateway itself.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    /// <summary>The host gives its services thirty seconds to stop.</summary>
    public static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var capture = new Option<string?>("--capture") { Description = "Write received and sent frames to this file, for Wireshark (pcap, LoRaTap)" };
        var radio = new RadioSelection();
        var command = radio.AddTo(new Command(Name, "Run the gateway until it is told to stop (SIGINT, SIGTERM)") { capture });
        command.SetAction((result, cancellation) =>
        {
            var settings = radio.Read(result);
            return RunAsync(
                settings with { Radio = settings.Radio with { Capture = result.GetValue(capture) ?? settings.Radio.Capture } },
                new SettingsSource(() => SettingsOptions.TryRead(result)),
                cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(GatewaySettings settings, SettingsSource source, CancellationToken cancellation)
    {
        await using var store = Stores.Open(settings);
        using var host = GatewayHost.Build(settings, store, source);
        try
        {
            await host.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop while it was starting: that is no failure.
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new CommandFailure(
                ExitCode.Environment, $"{failure.Message} Another program listens there; choose another with --set api.port=NUMBER.");
        }

        return ExitCode.Success;
    }
}
