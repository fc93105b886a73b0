using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Commands.Peers;

/// <summary><c>relay</c>: nothing but a relay and rendezvous server, for a machine with a public address.</summary>
internal static class RelayCommand
{
    public const string Name = "relay";

    public static Command Create()
    {
        var port = new Option<int?>("--port") { Description = "UDP and TCP port; default network.nodePort" };
        var announce = new Option<string[]>("--announce") { Description = "Address at which this machine is reached, when it is not one of its own" };
        var key = new Option<string?>("--key") { Description = "Key file; a relay that others configure by its peer id needs one" };
        var bytes = new Option<int?>("--circuit-bytes") { Description = "Bytes a circuit may carry each way; 0 is any number" };
        var command = new Command(Name, "Run just a relay and rendezvous server, until it is told to stop") { port, announce, key, bytes };
        command.SetAction((result, cancellation) =>
        {
            var settings = SettingsOptions.Read(result);
            var network = settings.Network;
            return RunAsync(
                settings with
                {
                    Network = network with
                    {
                        Enabled = true,
                        RelayMode = true,
                        Mdns = false,
                        NodePort = result.GetValue(port) ?? network.NodePort,
                        AnnounceAddresses = result.GetValue(announce) is { Length: > 0 } given ? given : network.AnnounceAddresses,
                        PrivateKey = result.GetValue(key) ?? network.PrivateKey,
                        RelayCircuitBytes = result.GetValue(bytes) ?? network.RelayCircuitBytes,
                    },
                },
                cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(GatewaySettings settings, CancellationToken cancellation)
    {
        if (settings.Network.AnnounceAddresses.FirstOrDefault(address => !Libp2p.Multiaddr.TryParse(address, out _)) is { } wrong)
        {
            throw new CommandFailure(ExitCode.Usage, $"--announce {wrong}: not a multiaddr such as /ip4/192.0.2.1/udp/2022/quic-v1");
        }

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        ConsoleLog.Add(builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddLibp2pHost(settings);
        builder.Services.AddSingleton<ServiceNotifier>();
        builder.Services.AddHostedService<ServiceManagerLink>();
        using var host = builder.Build();
        try
        {
            await host.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop while it was starting: that is no failure.
        }

        return ExitCode.Success;
    }
}
