using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>The links of this machine that can carry multicast.</summary>
internal static class NetworkLinks
{
    public static IReadOnlyList<MdnsLink> Find(MdnsOptions options)
    {
        var links = new List<MdnsLink>();
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (network.NetworkInterfaceType == NetworkInterfaceType.Loopback || !network.SupportsMulticast
                || network.OperationalStatus is not (OperationalStatus.Up or OperationalStatus.Unknown))
            {
                continue;
            }

            var properties = network.GetIPProperties();
            List<(IPAddress Address, int PrefixLength)> networks =
                [.. properties.UnicastAddresses.Where(unicast => !IPAddress.IsLoopback(unicast.Address)).Select(unicast => (unicast.Address, unicast.PrefixLength))];
            if (options.UseIPv4 && networks.Any(each => each.Address.AddressFamily == AddressFamily.InterNetwork))
            {
                links.Add(new(properties.GetIPv4Properties().Index, AddressFamily.InterNetwork, network.Name, networks));
            }

            if (options.UseIPv6 && networks.Any(each => each.Address.AddressFamily == AddressFamily.InterNetworkV6))
            {
                links.Add(new(properties.GetIPv6Properties().Index, AddressFamily.InterNetworkV6, network.Name, networks));
            }
        }

        return links;
    }
}
