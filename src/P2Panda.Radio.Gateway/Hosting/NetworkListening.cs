using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Libp2p;
using P2Panda.Libp2p.Quic;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Listens on the configured port, or, as aquadoggo does, on any other when that is taken.</summary>
internal sealed partial class NetworkListening(Libp2pHost host, NetworkSettings network, ILogger<NetworkListening> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        LogPeerId(host.PeerId);
        if (network.Transport != NetworkTransport.Tcp && !QuicLibrary.IsAvailable)
        {
            LogNoQuic(QuicLibrary.Problem!);
        }

        foreach (var form in Forms())
        {
            try
            {
                await host.ListenAsync(Address(form, network.NodePort), cancellationToken).ConfigureAwait(false);
            }
            catch (IOException failure)
            {
                LogPortTaken(network.NodePort, failure.Message);
                await host.ListenAsync(Address(form, 0), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Multiaddr Address(string form, int port) =>
        Multiaddr.Parse(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, port));

    private IEnumerable<string> Forms()
    {
        if (NetworkHosting.UsesQuic(network))
        {
            yield return "/ip4/0.0.0.0/udp/{0}/quic-v1";
        }

        if (network.Transport != NetworkTransport.Quic)
        {
            // Behind a proxy only the proxy's own hidden service may reach us.
            yield return network.SocksProxy.Length > 0 ? "/ip4/127.0.0.1/tcp/{0}" : "/ip4/0.0.0.0/tcp/{0}";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Peer id {PeerId}.")]
    private partial void LogPeerId(PeerId peerId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "QUIC is not available, so aquadoggo nodes with their default transport cannot be reached: {Problem}")]
    private partial void LogNoQuic(string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Port {Port} cannot be used ({Problem}); listening on another one. Peers that know this gateway by its port will not find it.")]
    private partial void LogPortTaken(int port, string problem);
}
