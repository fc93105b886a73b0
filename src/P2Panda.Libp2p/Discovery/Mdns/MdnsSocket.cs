using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>
/// The multicast socket of one address family: port 5353, shared with other responders on this machine, a member of the group on every
/// link. Only what was sent to the group is handed on.
/// </summary>
internal sealed class MdnsSocket : IDisposable
{
    public const int Port = 5353;

    private const int Hops = 255;

    private static readonly IPAddress Group4 = IPAddress.Parse("224.0.0.251");
    private static readonly IPAddress Group6 = IPAddress.Parse("ff02::fb");

    private readonly Socket _socket;
    private readonly HashSet<int> _joined = [];
    private readonly bool _isIPv6;

    /// <exception cref="SocketException">The port cannot be shared, or there is no such family here.</exception>
    public MdnsSocket(AddressFamily family)
    {
        Family = family;
        _isIPv6 = family == AddressFamily.InterNetworkV6;
        _socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (_isIPv6)
            {
                _socket.DualMode = false;
            }

            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _socket.SetSocketOption(Level, SocketOptionName.PacketInformation, true);
            _socket.SetSocketOption(Level, SocketOptionName.MulticastLoopback, true);
            _socket.SetSocketOption(Level, SocketOptionName.MulticastTimeToLive, Hops);
            _socket.Bind(new IPEndPoint(_isIPv6 ? IPAddress.IPv6Any : IPAddress.Any, Port));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public AddressFamily Family { get; }

    private SocketOptionLevel Level => _isIPv6 ? SocketOptionLevel.IPv6 : SocketOptionLevel.IP;

    private IPAddress Group => _isIPv6 ? Group6 : Group4;

    /// <summary>Becomes a member on new links and forgets those that are gone.</summary>
    public void Join(IEnumerable<MdnsLink> links)
    {
        var wanted = links.Where(link => link.Family == Family).Select(link => link.Index).ToHashSet();
        _joined.IntersectWith(wanted);
        foreach (var index in wanted.Where(index => !_joined.Contains(index)).ToList())
        {
            try
            {
                if (_isIPv6)
                {
                    _socket.SetSocketOption(Level, SocketOptionName.AddMembership, new IPv6MulticastOption(Group, index));
                }
                else
                {
                    _socket.SetSocketOption(Level, SocketOptionName.AddMembership, new MulticastOption(Group, index));
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The link was away for a moment; the kernel did not forget.
            }

            _joined.Add(index);
        }
    }

    /// <exception cref="SocketException">The link is gone, or full.</exception>
    public void Send(MdnsLink link, ReadOnlySpan<byte> packet)
    {
        if (_isIPv6)
        {
            _socket.SetSocketOption(Level, SocketOptionName.MulticastInterface, link.Index);
            _socket.SendTo(packet, SocketFlags.None, new IPEndPoint(new IPAddress(Group6.GetAddressBytes(), link.Index), Port));
        }
        else
        {
            _socket.SetSocketOption(Level, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder(link.Index));
            _socket.SendTo(packet, SocketFlags.None, new IPEndPoint(Group4, Port));
        }
    }

    /// <summary>The next packet to the group: its length, where it came from, and on which interface.</summary>
    public async ValueTask<(int Length, IPAddress Source, int Interface)> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var any = new IPEndPoint(_isIPv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (true)
        {
            var received = await _socket.ReceiveMessageFromAsync(buffer, SocketFlags.None, any, cancellation).ConfigureAwait(false);
            if ((received.SocketFlags & SocketFlags.Truncated) == 0
                && received.PacketInformation.Address.GetAddressBytes().AsSpan().SequenceEqual(Group.GetAddressBytes()))
            {
                return (received.ReceivedBytes, ((IPEndPoint)received.RemoteEndPoint).Address, received.PacketInformation.Interface);
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
