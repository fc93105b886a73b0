using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>A range of IP addresses that is counted as one: whoever has one address usually has them all.</summary>
internal readonly record struct AddressRange(ulong Prefix, int Bits)
{
    /// <summary>One IPv4 address, or an IPv6 /56.</summary>
    public static AddressRange One(IPAddress ip) => Of(ip, 32, 56);

    /// <summary>An IPv4 /24, or an IPv6 /48.</summary>
    public static AddressRange Network(IPAddress ip) => Of(ip, 24, 48);

    private static AddressRange Of(IPAddress ip, int bits4, int bits6)
    {
        var bytes = (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).GetAddressBytes();
        return bytes.Length == 4
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes) >> (32 - bits4), bits4)
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (64 - bits6), bits6);
    }
}
