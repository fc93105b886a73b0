namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>A way to reach the other side.</summary>
public sealed record Stack(string Name, string ListenAddress, string JsSecurity, string Security)
{
    public static IReadOnlyList<Stack> All { get; } =
    [
        new("TCP+noise+yamux", "/ip4/127.0.0.1/tcp/0", "noise", UpgradeOptions.Noise),
        new("TCP+TLS+yamux", "/ip4/127.0.0.1/tcp/0", "tls", UpgradeOptions.Tls),
        new("QUIC over IPv4", "/ip4/127.0.0.1/udp/0/quic-v1", "noise", "/tls/1.0.0"),
        new("QUIC over IPv6", "/ip6/::1/udp/0/quic-v1", "noise", "/tls/1.0.0"),
    ];

    public bool IsQuic => ListenAddress.Contains("quic", StringComparison.Ordinal);

    public static Stack Named(string name) => All.Single(stack => stack.Name == name);

    public override string ToString() => Name;
}
