using System.ComponentModel.DataAnnotations;
using P2Panda.Libp2p;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>A list of peers' addresses.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NodeAddressesAttribute : ValidationAttribute
{
    /// <summary>Whether host:port is not enough.</summary>
    public bool MultiaddrsOnly { get; init; }

    public override bool IsValid(object? value) =>
        ((IReadOnlyList<string>)value!).All(item => MultiaddrsOnly ? Multiaddr.TryParse(item, out _) : NodeAddress.TryParse(item, out _));

    public override string FormatErrorMessage(string name) => MultiaddrsOnly
        ? "must be a list of multiaddrs such as /ip4/192.0.2.1/udp/2022/quic-v1"
        : "must be a list of host:port or multiaddrs such as /dnsaddr/example.org/p2p/12D3KooW…";
}
