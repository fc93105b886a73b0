using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace P2Panda.Libp2p;

/// <summary>
/// Where a peer is, as people write it: <c>host:port</c> as aquadoggo does, <c>[::1]:2022</c>, or a multiaddr, which may name the peer
/// and may be a <c>/dnsaddr/</c>.
/// </summary>
public sealed class NodeAddress
{
    private readonly string _text;

    private NodeAddress(string text, IReadOnlyList<Multiaddr> candidates)
    {
        _text = text;
        Candidates = candidates;
    }

    /// <summary>Addresses to try: of <c>host:port</c> one for QUIC and one for TCP.</summary>
    public IReadOnlyList<Multiaddr> Candidates { get; }

    /// <summary>The peer, when the address names it.</summary>
    public PeerId? Peer => Candidates[0].Peer;

    /// <summary>Parses either form.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NodeAddress? address)
    {
        address = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        text = text.Trim();
        if (text.StartsWith('/'))
        {
            if (Multiaddr.TryParse(text, out var multiaddr))
            {
                address = new NodeAddress(text, [multiaddr]);
            }

            return address is not null;
        }

        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            return false;
        }

        var host = text[..colon].Trim('[', ']');
        var front = IPAddress.TryParse(host, out var ip)
            ? ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? $"/ip4/{ip}" : $"/ip6/{ip}"
            : $"/dns/{host}";
        if (!Multiaddr.TryParse(string.Create(CultureInfo.InvariantCulture, $"{front}/udp/{port}/quic-v1"), out var quic)
            || !Multiaddr.TryParse(string.Create(CultureInfo.InvariantCulture, $"{front}/tcp/{port}"), out var tcp))
        {
            return false;
        }

        address = new NodeAddress(text, [quic, tcp]);
        return true;
    }

    /// <summary>Parses either form.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static NodeAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"\"{text}\" is neither host:port nor a multiaddr.");

    /// <inheritdoc/>
    public override string ToString() => _text;
}
