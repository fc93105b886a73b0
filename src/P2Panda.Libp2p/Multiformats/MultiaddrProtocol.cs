using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Libp2p;

/// <summary>One row of the multiaddr protocol table (multiformats/multiaddr, protocols.csv).</summary>
public sealed class MultiaddrProtocol
{
    private const int Variable = -1;

    private static readonly MultiaddrProtocol[] Table =
    [
        new(4, "ip4", 32), new(6, "tcp", 16), new(33, "dccp", 16), new(41, "ip6", 128), new(42, "ip6zone", Variable),
        new(43, "ipcidr", 8), new(53, "dns", Variable), new(54, "dns4", Variable), new(55, "dns6", Variable),
        new(56, "dnsaddr", Variable), new(132, "sctp", 16), new(273, "udp", 16), new(280, "webrtc-direct", 0),
        new(281, "webrtc", 0), new(290, "p2p-circuit", 0), new(400, "unix", Variable), new(421, "p2p", Variable),
        new(443, "https", 0), new(445, "onion3", 296), new(448, "tls", 0), new(449, "sni", Variable), new(454, "noise", 0),
        new(460, "quic", 0), new(461, "quic-v1", 0), new(465, "webtransport", 0), new(466, "certhash", Variable),
        new(477, "ws", 0), new(478, "wss", 0), new(480, "http", 0), new(777, "memory", Variable),
    ];

    private static readonly Dictionary<int, MultiaddrProtocol> ByCode = Table.ToDictionary(row => row.Code);
    private static readonly Dictionary<string, MultiaddrProtocol> ByName = Table.ToDictionary(row => row.Name, StringComparer.Ordinal);

    private MultiaddrProtocol(int code, string name, int bits) => (Code, Name, Bits) = (code, name, bits);

    /// <summary>IPv4 address.</summary>
    public static MultiaddrProtocol Ip4 { get; } = ByCode[4];

    /// <summary>IPv6 address.</summary>
    public static MultiaddrProtocol Ip6 { get; } = ByCode[41];

    /// <summary>TCP port.</summary>
    public static MultiaddrProtocol Tcp { get; } = ByCode[6];

    /// <summary>UDP port.</summary>
    public static MultiaddrProtocol Udp { get; } = ByCode[273];

    /// <summary>QUIC version 1 (RFC 9000).</summary>
    public static MultiaddrProtocol QuicV1 { get; } = ByCode[461];

    /// <summary>Peer id.</summary>
    public static MultiaddrProtocol P2P { get; } = ByCode[421];

    /// <summary>Circuit relay.</summary>
    public static MultiaddrProtocol P2PCircuit { get; } = ByCode[290];

    /// <summary>Domain name, both families.</summary>
    public static MultiaddrProtocol Dns { get; } = ByCode[53];

    /// <summary>Domain name, IPv4 only.</summary>
    public static MultiaddrProtocol Dns4 { get; } = ByCode[54];

    /// <summary>Domain name, IPv6 only.</summary>
    public static MultiaddrProtocol Dns6 { get; } = ByCode[55];

    /// <summary>Domain name whose TXT records hold multiaddrs.</summary>
    public static MultiaddrProtocol DnsAddr { get; } = ByCode[56];

    /// <summary>Within one process.</summary>
    public static MultiaddrProtocol Memory { get; } = ByCode[777];

    /// <summary>Code on the wire.</summary>
    public int Code { get; }

    /// <summary>Name in text.</summary>
    public string Name { get; }

    /// <summary>Whether the protocol carries a value.</summary>
    public bool HasValue => Bits != 0;

    internal int Bits { get; }

    internal bool IsVariable => Bits == Variable;

    internal static bool TryGet(ulong code, [NotNullWhen(true)] out MultiaddrProtocol? protocol)
    {
        protocol = null;
        return code <= int.MaxValue && ByCode.TryGetValue((int)code, out protocol);
    }

    internal static bool TryGet(string name, [NotNullWhen(true)] out MultiaddrProtocol? protocol) =>
        ByName.TryGetValue(name == "ipfs" ? "p2p" : name, out protocol);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
