using System.Net;
using System.Net.Sockets;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic;

/// <summary>Multiaddrs of the shape <c>/ip4|ip6/…/udp/…/quic-v1</c>.</summary>
internal static class QuicAddress
{
    /// <summary>The UDP end point; false for any other shape, and for anything after <c>quic-v1</c> but one peer id.</summary>
    public static bool TryParse(Multiaddr address, out IPEndPoint endPoint)
    {
        var components = address.Components;
        endPoint = null!;
        return components.Count is 3 or 4
            && components[2].Protocol == MultiaddrProtocol.QuicV1
            && (components.Count == 3 || components[3].Protocol == MultiaddrProtocol.P2P)
            && address.TryGetEndPoint(MultiaddrProtocol.Udp, out endPoint!);
    }

    /// <summary>Whether a datagram can be sent there: neither port 0 nor "any".</summary>
    public static bool IsDialable(IPEndPoint endPoint) =>
        endPoint.Port != 0 && !endPoint.Address.Equals(IPAddress.Any) && !endPoint.Address.Equals(IPAddress.IPv6Any)
        && !endPoint.Address.IsIPv4MappedToIPv6;

    public static Multiaddr From(IPEndPoint endPoint) => Multiaddr.FromEndPoint(endPoint, MultiaddrProtocol.Udp, MultiaddrProtocol.QuicV1);

    public static Multiaddr From(in NativeAddress address) => From(address.ToEndPoint());

    /// <summary>The bound port at the address a datagram was sent to, where that is known.</summary>
    public static Multiaddr From(in NativeAddress bound, ReadOnlySpan<byte> local) =>
        local.Length == (bound.IsIPv6 ? 16 : 4) ? From(new IPEndPoint(new IPAddress(local), bound.Port)) : From(bound);

    public static bool IsAny(IPEndPoint endPoint) =>
        endPoint.Address.Equals(endPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
}
