using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace P2Panda.Libp2p;

/// <summary>Addresses this machine can be reached at when a socket is bound to "any".</summary>
public static class InterfaceAddresses
{
    /// <summary>The end point itself, or one per usable interface address of its family.</summary>
    public static IReadOnlyList<IPEndPoint> Expand(IPEndPoint bound)
    {
        ArgumentNullException.ThrowIfNull(bound);
        if (!bound.Address.Equals(IPAddress.Any) && !bound.Address.Equals(IPAddress.IPv6Any))
        {
            return [bound];
        }

        return
        [
            .. NetworkInterface.GetAllNetworkInterfaces()
                .Where(face => face.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                .SelectMany(face => face.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)
                .Where(ip => ip.AddressFamily == bound.AddressFamily && !ip.IsIPv6LinkLocal)
                .Distinct()
                .Select(ip => new IPEndPoint(ip.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(ip.GetAddressBytes()) : ip, bound.Port)),
        ];
    }
}
