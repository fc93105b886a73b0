using System.Net;

namespace P2Panda.Tests.Network;

/// <summary>A machine with one address: its ports receive.</summary>
internal sealed class VirtualHost
{
    private readonly NetworkSegment _segment;
    private readonly Dictionary<int, Action<IPEndPoint, byte[]>> _ports = [];

    public VirtualHost(NetworkSegment segment, IPAddress address)
    {
        _segment = segment;
        Address = address;
        segment.Attach(address, (from, to, datagram) => _ports.GetValueOrDefault(to.Port)?.Invoke(from, datagram));
    }

    public VirtualHost(NetworkSegment segment, string address)
        : this(segment, IPAddress.Parse(address))
    {
    }

    public IPAddress Address { get; }

    public void Listen(int port, Action<IPEndPoint, byte[]> receive) => _ports[port] = receive;

    public void Close(int port) => _ports.Remove(port);

    public void Send(int port, IPEndPoint to, byte[] datagram) => _segment.Send(new IPEndPoint(Address, port), to, datagram);
}
