using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using P2Panda.Libp2p.Quic.Sockets;

namespace P2Panda.Libp2p.Quic;

/// <summary>A listening UDP port.</summary>
internal sealed class QuicListener(UdpEndpoint endpoint, Action stop) : IListener
{
    /// <inheritdoc/>
    public IReadOnlyList<Multiaddr> Addresses
    {
        get
        {
            var bound = endpoint.LocalEndPoint;
            return QuicAddress.IsAny(bound)
                ? [.. InterfaceAddresses(bound.AddressFamily).Select(ip => QuicAddress.From(new IPEndPoint(ip, bound.Port)))]
                : [QuicAddress.From(bound)];
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        stop();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<IPAddress> InterfaceAddresses(AddressFamily family) =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(ip => ip.AddressFamily == family)
            .Distinct();
}
