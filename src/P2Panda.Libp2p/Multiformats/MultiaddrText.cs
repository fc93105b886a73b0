using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p;

/// <summary>Values of multiaddr components: text to bytes and back, and whether bytes are a value of their protocol.</summary>
internal static class MultiaddrText
{
    private const int Ip4 = 4, Ip6 = 41, IpCidr = 43, P2P = 421, Onion3 = 445, CertHash = 466, Memory = 777, Unix = 400;

    /// <summary>RFC 1035 names; also the bound on every other text value.</summary>
    private const int MaxNameLength = 255;

    public static string Format(MultiaddrProtocol protocol, ReadOnlySpan<byte> value) => protocol.Code switch
    {
        Ip4 or Ip6 => new IPAddress(value).ToString(),
        IpCidr => value[0].ToString(CultureInfo.InvariantCulture),
        P2P => Base58.Encode(value),
        CertHash => "u" + Convert.ToBase64String(value).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        Onion3 => Base32.Encode(value[..35]) + ":" + BinaryPrimitives.ReadUInt16BigEndian(value[35..]).ToString(CultureInfo.InvariantCulture),
        Memory when value.Length == 8 => BinaryPrimitives.ReadUInt64BigEndian(value).ToString(CultureInfo.InvariantCulture),
        Unix => Encoding.UTF8.GetString(value).TrimStart('/'),
        _ when protocol.Bits == 16 => BinaryPrimitives.ReadUInt16BigEndian(value).ToString(CultureInfo.InvariantCulture),
        _ => Encoding.UTF8.GetString(value),
    };

    public static bool TryParse(MultiaddrProtocol protocol, string text, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        switch (protocol.Code)
        {
            case Ip4:
            case Ip6:
                var family = protocol.Code == Ip4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
                // IPAddress.Parse takes "1" and "0x7f.1" for IPv4, and scope ids for IPv6; a multiaddr does not.
                if (text.Contains('%', StringComparison.Ordinal)
                    || !IPAddress.TryParse(text, out var ip) || ip.AddressFamily != family
                    || (protocol.Code == Ip4 && ip.ToString() != text))
                {
                    return false;
                }

                value = ip.GetAddressBytes();
                return true;
            case IpCidr:
                if (!byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) || bits > 128)
                {
                    return false;
                }

                value = [bits];
                return true;
            case P2P:
                if (!PeerId.TryParse(text, out var peer))
                {
                    return false;
                }

                value = peer.ToByteArray();
                return true;
            case CertHash:
                return TryParseCertHash(text, out value);
            case Onion3:
                return TryParseOnion(text, out value);
            case Memory:
                if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                {
                    return false;
                }

                value = new byte[8];
                BinaryPrimitives.WriteUInt64BigEndian(value, id);
                return true;
            default:
                return protocol.Bits == 16 ? TryParsePort(text, out value) : TryParseName(protocol, text, out value);
        }
    }

    /// <summary>Whether bytes from the wire are a value of this protocol; fixed sizes were checked by the caller.</summary>
    public static bool IsValid(MultiaddrProtocol protocol, ReadOnlySpan<byte> value)
    {
        if (!protocol.IsVariable)
        {
            return true;
        }

        return protocol.Code switch
        {
            P2P => PeerId.TryDecode(value, out _),
            CertHash => Multihash.TryParse(value, out _, out _),
            Memory => value.Length == 8,
            _ => value.Length is > 0 and <= MaxNameLength && IsPlainText(value, allowSlash: protocol.Code == Unix),
        };
    }

    private static bool TryParsePort(string text, out byte[]? value)
    {
        value = null;
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        value = [(byte)(port >> 8), (byte)port];
        return true;
    }

    private static bool TryParseName(MultiaddrProtocol protocol, string text, out byte[]? value)
    {
        value = Encoding.UTF8.GetBytes(text);
        return IsValid(protocol, value);
    }

    private static bool TryParseCertHash(string text, out byte[]? value)
    {
        value = null;
        if (text.Length is < 2 or > MaxNameLength || text[0] != 'u')
        {
            return false;
        }

        var base64 = text[1..].Replace('-', '+').Replace('_', '/');
        var buffer = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), buffer, out var written))
        {
            return false;
        }

        value = buffer[..written];
        return Multihash.TryParse(value, out _, out _);
    }

    private static bool TryParseOnion(string text, out byte[]? value)
    {
        value = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon != 56 || !Base32.TryDecode(text.AsSpan(0, colon), out var host) || !TryParsePort(text[(colon + 1)..], out var port))
        {
            return false;
        }

        value = [.. host, .. port!];
        return true;
    }

    private static bool IsPlainText(ReadOnlySpan<byte> value, bool allowSlash)
    {
        foreach (var b in value)
        {
            if (b <= 0x20 || b == 0x7f || (b == (byte)'/' && !allowSlash))
            {
                return false;
            }
        }

        return System.Text.Unicode.Utf8.IsValid(value);
    }
}
