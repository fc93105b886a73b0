using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>A network interface in one address family.</summary>
/// <param name="Index">The kernel's number.</param>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Name">Interface name, for logs.</param>
/// <param name="Networks">Our addresses there, of both families, with their prefix lengths.</param>
internal sealed record MdnsLink(int Index, AddressFamily Family, string Name, IReadOnlyList<(IPAddress Address, int PrefixLength)> Networks)
{
    /// <summary>What tells links apart: their addresses may change.</summary>
    public (int Index, AddressFamily Family) Key => (Index, Family);

    public bool IsOwn(IPAddress address) => Networks.Any(network => SameBytes(network.Address, address));

    /// <summary>Whether an address belongs to this link's networks.</summary>
    public bool IsOnLink(IPAddress address) => Networks.Any(network => Contains(network.Address, network.PrefixLength, address));

    private static bool SameBytes(IPAddress a, IPAddress b) => a.GetAddressBytes().AsSpan().SequenceEqual(b.GetAddressBytes());

    private static bool Contains(IPAddress network, int prefixLength, IPAddress address)
    {
        if (network.AddressFamily != address.AddressFamily)
        {
            return false;
        }

        var (ours, theirs) = (network.GetAddressBytes(), address.GetAddressBytes());
        var whole = prefixLength / 8;
        if (!ours.AsSpan(0, whole).SequenceEqual(theirs.AsSpan(0, whole)))
        {
            return false;
        }

        var rest = prefixLength % 8;
        return rest == 0 || (ours[whole] ^ theirs[whole]) >> (8 - rest) == 0;
    }
}
