using System.Net;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;
using P2Panda.Tests.Network;

namespace P2Panda.Libp2p.Quic.Tests.Support;

/// <summary>Engines on a simulated network, in virtual time.</summary>
internal sealed class DatagramNetwork : IDisposable
{
    private readonly VirtualNetwork _network = new();
    private readonly List<MemoryPort> _ports = [];
    private readonly Dictionary<IPAddress, VirtualHost> _hosts = [];

    public DatagramNetwork() => Clock = new QuicClock(Time);

    public VirtualTime Time => _network.Time;

    public VirtualNetwork Network => _network;

    public QuicClock Clock { get; }

    public double Loss { set => _network.Internet.Quality = _network.Internet.Quality with { Loss = value }; }

    public MemoryPort Open(string address, byte keySeed, QuicOptions? options = null, bool withCertificate = true) =>
        Open(_network.Internet, address, keySeed, options, withCertificate);

    /// <summary>Opens a port somewhere else than in public.</summary>
    public MemoryPort Open(NetworkSegment segment, string address, byte keySeed, QuicOptions? options = null, bool withCertificate = true)
    {
        var endPoint = IPEndPoint.Parse(address);
        var key = KeyPair.FromSeed([.. Enumerable.Repeat(keySeed, 32)]);
        if (!_hosts.TryGetValue(endPoint.Address, out var host))
        {
            _hosts.Add(endPoint.Address, host = new VirtualHost(segment, endPoint.Address));
        }

        var port = new MemoryPort(this, host, endPoint, key, options ?? new QuicOptions(), withCertificate);
        _ports.Add(port);
        return port;
    }

    public void Close(MemoryPort port)
    {
        _ports.Remove(port);
        port.Dispose();
    }

    /// <summary>Takes a port away without a goodbye.</summary>
    public void Kill(MemoryPort port)
    {
        port.Outbound = _ => false;
        Close(port);
    }

    /// <summary>Sends a datagram in somebody's name.</summary>
    public void Post(in NativeAddress from, in NativeAddress to, byte[] datagram) => _network.Internet.Send(from.ToEndPoint(), to.ToEndPoint(), datagram);

    /// <summary>A public address at which a port receives as well.</summary>
    public void Alias(MemoryPort port, IPEndPoint visible)
    {
        if (!_hosts.TryGetValue(visible.Address, out var host))
        {
            _hosts.Add(visible.Address, host = new VirtualHost(_network.Internet, visible.Address));
        }

        host.Listen(visible.Port, port.Receive);
    }

    public void RunFor(TimeSpan duration) => Time.RunFor(duration);

    public void RunUntil(Func<bool> condition) => Time.RunUntil(condition);

    /// <summary>Runs, giving other threads a turn whenever nothing happens, until the task ends.</summary>
    public async Task<T> RunUntilAsync<T>(Task<T> task)
    {
        await RunUntilAsync((Task)task);
        return await task;
    }

    public Task RunUntilAsync(Task task) => Time.RunUntilAsync(task, Deadlines.Test);

    public (QuicConnection Dialed, IMuxedConnection Accepted) Connect(MemoryPort dialer, MemoryPort listener)
    {
        var sink = listener.Engine.Sink as TestSink ?? new TestSink();
        listener.Engine.Sink = sink;
        var dialed = dialer.Engine.Connect(listener.Address, listener.Key.PeerId);
        RunUntil(() => dialed.Established.IsCompleted);
        dialed.Established.IsCompletedSuccessfully.ShouldBeTrue();
        return (dialed, sink.NextAsync().GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        foreach (var port in _ports)
        {
            port.Dispose();
        }
    }
}
