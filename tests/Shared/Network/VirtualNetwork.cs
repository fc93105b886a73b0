using System.Net;

namespace P2Panda.Tests.Network;

/// <summary>
/// UDP in memory and in virtual time: segments with hosts and ports, joined by NAT boxes as RFC 4787 classifies them. Nothing in it is
/// random but what its seed decides.
/// </summary>
internal sealed class VirtualNetwork
{
    public VirtualNetwork(int seed = 20260601)
    {
        Random = new Random(seed);
        Internet = new NetworkSegment(this);
    }

    public VirtualTime Time { get; } = new();

    public Random Random { get; }

    /// <summary>Where public addresses are.</summary>
    public NetworkSegment Internet { get; }

    /// <summary>A network behind a NAT box with a public address, or with an address of another box's inside.</summary>
    public NatBox AddNat(string outsideAddress, NatBehaviour behaviour, NetworkSegment? outside = null) =>
        new(this, outside ?? Internet, IPAddress.Parse(outsideAddress), behaviour);
}
