using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p;

/// <summary>
/// A self-describing network address, e.g. <c>/ip4/192.0.2.1/udp/2022/quic-v1/p2p/12D3…</c>. Immutable; equal when its bytes are.
/// A value with an unknown protocol code is invalid as a whole.
/// </summary>
public sealed class Multiaddr : IEquatable<Multiaddr>
{
    /// <summary>Longest address that is accepted, bytes.</summary>
    public const int MaxLength = 1024;

    /// <summary>Most components that are accepted.</summary>
    public const int MaxComponents = 32;

    private readonly byte[] _bytes;
    private string? _text;

    private Multiaddr(byte[] bytes, MultiaddrComponent[] components)
    {
        _bytes = bytes;
        Components = components;
    }

    /// <summary>The parts, left to right.</summary>
    public IReadOnlyList<MultiaddrComponent> Components { get; }

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The last peer id, if the address ends in one.</summary>
    public PeerId? Peer =>
        Components[^1] is var last && last.Protocol == MultiaddrProtocol.P2P && PeerId.TryDecode(last.Value.Span, out var peer)
            ? peer
            : null;

    /// <summary>Whether the address leads through a relay.</summary>
    public bool IsRelayed => Has(MultiaddrProtocol.P2PCircuit);

    /// <summary>Parses text.</summary>
    /// <exception cref="FormatException">The text is not a multiaddr.</exception>
    public static Multiaddr Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"\"{text}\" is not a multiaddr.");

    /// <summary>Parses text such as <c>/ip4/127.0.0.1/tcp/2022</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Multiaddr? address)
    {
        address = null;
        if (text is null || text.Length is < 2 or > 4 * MaxLength || text[0] != '/')
        {
            return false;
        }

        var parts = text.TrimEnd('/').Split('/');
        var components = new List<MultiaddrComponent>();
        for (var i = 1; i < parts.Length; i++)
        {
            if (components.Count == MaxComponents || !MultiaddrProtocol.TryGet(parts[i], out var protocol))
            {
                return false;
            }

            byte[]? value = [];
            if (protocol.HasValue)
            {
                i++;
                // A socket path is the rest of the text.
                var valueText = i >= parts.Length ? null : protocol.Name == "unix" ? string.Join('/', parts[i..]) : parts[i];
                if (valueText is null || !MultiaddrText.TryParse(protocol, valueText, out value))
                {
                    return false;
                }

                if (protocol.Name == "unix")
                {
                    i = parts.Length;
                }
            }

            components.Add(new MultiaddrComponent(protocol, value));
        }

        return components.Count > 0 && TryCreate(components, out address);
    }

    /// <summary>Decodes the binary form.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddr? address)
    {
        address = null;
        if (bytes.Length is 0 or > MaxLength)
        {
            return false;
        }

        var own = bytes.ToArray();
        var components = new List<MultiaddrComponent>(4);
        var position = 0;
        while (position < own.Length)
        {
            if (components.Count == MaxComponents
                || VarInt.TryRead(own.AsSpan(position), out var code, out var length) != VarIntResult.Ok
                || !MultiaddrProtocol.TryGet(code, out var protocol))
            {
                return false;
            }

            position += length;
            var size = (ulong)(protocol.Bits / 8);
            if (protocol.IsVariable)
            {
                if (VarInt.TryRead(own.AsSpan(position), out size, out length) != VarIntResult.Ok)
                {
                    return false;
                }

                position += length;
            }

            if (size > (ulong)(own.Length - position) || !MultiaddrText.IsValid(protocol, own.AsSpan(position, (int)size)))
            {
                return false;
            }

            components.Add(new MultiaddrComponent(protocol, own.AsMemory(position, (int)size)));
            position += (int)size;
        }

        address = new Multiaddr(own, [.. components]);
        return true;
    }

    /// <summary>The address of a socket: <c>/ip4|ip6/…/tcp|udp/port</c>.</summary>
    /// <param name="endPoint">IP address and port. IPv4 mapped into IPv6 becomes plain IPv4.</param>
    /// <param name="protocol"><see cref="MultiaddrProtocol.Tcp"/> or <see cref="MultiaddrProtocol.Udp"/>.</param>
    /// <param name="then">Protocols without a value to append, e.g. <see cref="MultiaddrProtocol.QuicV1"/>.</param>
    public static Multiaddr FromEndPoint(IPEndPoint endPoint, MultiaddrProtocol protocol, params ReadOnlySpan<MultiaddrProtocol> then)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var ip = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        var components = new List<MultiaddrComponent>(3)
        {
            new(ip.AddressFamily == AddressFamily.InterNetwork ? MultiaddrProtocol.Ip4 : MultiaddrProtocol.Ip6, ip.GetAddressBytes()),
            new(protocol, new[] { (byte)(endPoint.Port >> 8), (byte)endPoint.Port }),
        };
        foreach (var next in then)
        {
            components.Add(new MultiaddrComponent(next, ReadOnlyMemory<byte>.Empty));
        }

        return Create(components);
    }

    /// <summary>Whether any component is of this protocol.</summary>
    public bool Has(MultiaddrProtocol protocol) => Components.Any(component => component.Protocol == protocol);

    /// <summary>This address followed by another.</summary>
    public Multiaddr Encapsulate(Multiaddr inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return Create([.. Components, .. inner.Components]);
    }

    /// <summary>What stands before the last occurrence of a protocol; this address itself when it does not occur; null when nothing is left.</summary>
    public Multiaddr? Decapsulate(MultiaddrProtocol protocol)
    {
        for (var i = Components.Count - 1; i >= 0; i--)
        {
            if (Components[i].Protocol == protocol)
            {
                return i == 0 ? null : Create(Components.Take(i));
            }
        }

        return this;
    }

    /// <summary>This address ending in <c>/p2p/peer</c>, replacing another peer at the end.</summary>
    public Multiaddr WithPeer(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return Create([.. WithoutPeer().Components, new MultiaddrComponent(MultiaddrProtocol.P2P, peer.ToByteArray())]);
    }

    /// <summary>This address without a peer id at its end. An address that is nothing else stays as it is.</summary>
    public Multiaddr WithoutPeer() =>
        Components.Count > 1 && Components[^1].Protocol == MultiaddrProtocol.P2P ? Create(Components.Take(Components.Count - 1)) : this;

    /// <summary>Reads <c>/ip4|ip6/…/tcp|udp/port</c> from the front.</summary>
    /// <param name="protocol"><see cref="MultiaddrProtocol.Tcp"/> or <see cref="MultiaddrProtocol.Udp"/>.</param>
    /// <param name="endPoint">The socket address.</param>
    public bool TryGetEndPoint(MultiaddrProtocol protocol, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        if (Components.Count < 2 || Components[1].Protocol != protocol || !TryGetIp(out var ip))
        {
            return false;
        }

        endPoint = new IPEndPoint(ip, BinaryPrimitives.ReadUInt16BigEndian(Components[1].Value.Span));
        return true;
    }

    /// <summary>Reads the IP address at the front.</summary>
    public bool TryGetIp([NotNullWhen(true)] out IPAddress? ip)
    {
        var first = Components[0];
        ip = first.Protocol == MultiaddrProtocol.Ip4 || first.Protocol == MultiaddrProtocol.Ip6 ? new IPAddress(first.Value.Span) : null;
        return ip is not null;
    }

    /// <summary>This address with another IP address at its front.</summary>
    /// <exception cref="InvalidOperationException">The address does not begin with an IP address.</exception>
    public Multiaddr WithIp(IPAddress ip)
    {
        ArgumentNullException.ThrowIfNull(ip);
        if (!TryGetIp(out _))
        {
            throw new InvalidOperationException($"{this} does not begin with an IP address.");
        }

        var first = ip.AddressFamily == AddressFamily.InterNetwork ? MultiaddrProtocol.Ip4 : MultiaddrProtocol.Ip6;
        return Create([new MultiaddrComponent(first, ip.GetAddressBytes()), .. Components.Skip(1)]);
    }

    /// <inheritdoc/>
    public bool Equals(Multiaddr? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddr);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => _text ??= string.Concat(Components.Select(component => component.ToString()));

    internal static Multiaddr Create(IEnumerable<MultiaddrComponent> components) =>
        TryCreate([.. components], out var address)
            ? address
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"A multiaddr may not be longer than {MaxLength} bytes and {MaxComponents} components."));

    private static bool TryCreate(List<MultiaddrComponent> components, [NotNullWhen(true)] out Multiaddr? address)
    {
        address = null;
        var buffer = new byte[MaxLength];
        var position = 0;
        foreach (var (protocol, value) in components)
        {
            if (position + value.Length + (2 * VarInt.MaxLength) > MaxLength)
            {
                return false;
            }

            position += VarInt.Write(buffer.AsSpan(position), (ulong)protocol.Code);
            if (protocol.IsVariable)
            {
                position += VarInt.Write(buffer.AsSpan(position), (ulong)value.Length);
            }

            value.Span.CopyTo(buffer.AsSpan(position));
            position += value.Length;
        }

        if (components.Count > MaxComponents)
        {
            return false;
        }

        address = new Multiaddr(buffer[..position], [.. components]);
        return true;
    }
}
