using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p;

/// <summary>Tells how far addresses reach (IANA special-purpose registries, RFC 6890).</summary>
public static class AddressScopes
{
    /// <summary>Scope of a multiaddr, by its first component.</summary>
    public static AddressScope Of(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.TryGetIp(out var ip) ? Of(ip)
            : address.Components[0].Protocol == MultiaddrProtocol.Memory ? AddressScope.Loopback
            : AddressScope.Name;
    }

    /// <summary>Scope of an IP address.</summary>
    public static AddressScope Of(IPAddress ip)
    {
        ArgumentNullException.ThrowIfNull(ip);
        if (ip.IsIPv4MappedToIPv6)
        {
            ip = ip.MapToIPv4();
        }

        if (IPAddress.IsLoopback(ip))
        {
            return AddressScope.Loopback;
        }

        var b = ip.GetAddressBytes();
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return ip.IsIPv6LinkLocal ? AddressScope.LinkLocal
                : (b[0] & 0xfe) == 0xfc ? AddressScope.Private
                : (b[0] & 0xe0) == 0x20 && !(b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8) ? AddressScope.Global
                : AddressScope.Reserved;
        }

        return (b[0], b[1]) switch
        {
            (10, _) or (192, 168) => AddressScope.Private,
            (172, >= 16 and <= 31) => AddressScope.Private,
            (169, 254) => AddressScope.LinkLocal,
            (100, >= 64 and <= 127) => AddressScope.CarrierGrade,
            (0, _) or ( >= 224, _) => AddressScope.Reserved,
            (192, 0) when b[2] is 0 or 2 => AddressScope.Reserved,
            (198, 18 or 19) => AddressScope.Reserved,
            (198, 51) when b[2] == 100 => AddressScope.Reserved,
            (203, 0) when b[2] == 113 => AddressScope.Reserved,
            _ => AddressScope.Global,
        };
    }
}
