using System.Diagnostics;
using P2Panda.Libp2p;
using P2Panda.Libp2p.Quic;

namespace P2Panda.Radio.Gateway.Benchmarks.Libp2p;

/// <summary>Our host in this process, with the measurements the js peer has as well.</summary>
internal sealed class CsharpNode : IDisposable
{
    private const string OneByte = "/one-byte/1.0.0";

    private readonly Libp2pHost _host;

    public CsharpNode(bool quic, bool listen)
    {
        var many = new ConnectionLimits
        {
            PendingInbound = 10_000,
            PendingOutbound = 10_000,
            EstablishedInbound = 10_000,
            EstablishedOutbound = 10_000,
            PerPeer = 10_000,
        };
        var builder = new Libp2pHostBuilder(KeyPair.Generate())
        {
            Options = new Libp2pHostOptions { IdleTimeout = Timeout.InfiniteTimeSpan, Limits = many },
        };
        _host = (quic ? builder.UseQuic() : builder.UseTcp()).Build();
        _host.HandlePerf();
        _host.Handle(OneByte, async (stream, _, cancellation) =>
        {
            var one = new byte[1];
            await stream.ReadExactlyAsync(one, cancellation).ConfigureAwait(false);
            await stream.WriteAsync(one, cancellation).ConfigureAwait(false);
        });
        if (listen)
        {
            _host.ListenAsync(Multiaddr.Parse(quic ? "/ip4/127.0.0.1/udp/0/quic-v1" : "/ip4/127.0.0.1/tcp/0")).GetAwaiter().GetResult();
            Address = _host.Addresses.Listening[0].WithPeer(_host.PeerId).ToString();
        }
    }

    public string Address { get; } = "";

    public int Connections => _host.Connections.Count;

    /// <summary>One stream: seconds for both directions together.</summary>
    public double Transfer(string to, long bytes)
    {
        var connection = _host.ConnectAsync(Multiaddr.Parse(to)).GetAwaiter().GetResult();
        var (up, down) = PerfProtocol.RunAsync(connection, bytes, bytes, TimeProvider.System).GetAwaiter().GetResult();
        return (up + down).TotalSeconds;
    }

    /// <summary>New connections with one byte each way, one after the other.</summary>
    public Latency Connect(string to, int count)
    {
        var address = Multiaddr.Parse(to).WithoutPeer();
        var times = new List<double>(count);
        var all = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            ConnectOnceAsync(address, times).GetAwaiter().GetResult();
        }

        return Latency.Of(times, count / all.Elapsed.TotalSeconds);
    }

    /// <summary>New streams with one byte each way on one connection.</summary>
    public Latency OpenStreams(string to, int count)
    {
        var times = new List<double>(count);
        var all = Stopwatch.StartNew();
        var connection = _host.ConnectAsync(Multiaddr.Parse(to)).GetAwaiter().GetResult();
        for (var i = 0; i < count; i++)
        {
            OneByteAsync(connection, times, Stopwatch.StartNew()).GetAwaiter().GetResult();
        }

        return Latency.Of(times, count / all.Elapsed.TotalSeconds);
    }

    /// <summary>Opens connections and leaves them.</summary>
    public void Idle(string to, int count)
    {
        var address = Multiaddr.Parse(to).WithoutPeer();
        for (var i = 0; i < count; i++)
        {
            var connection = _host.ConnectAsync(address).GetAwaiter().GetResult();
            connection.IdentifyDone.GetAwaiter().GetResult();
        }
    }

    public void Dispose() => _host.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task ConnectOnceAsync(Multiaddr address, List<double> times)
    {
        var clock = Stopwatch.StartNew();
        // Without the peer id at its end an address is always dialed anew.
        var connection = await _host.ConnectAsync(address).ConfigureAwait(false);
        await OneByteAsync(connection, times, clock).ConfigureAwait(false);
        await connection.CloseAsync().ConfigureAwait(false);
    }

    private static async Task OneByteAsync(Connection connection, List<double> times, Stopwatch clock)
    {
        var stream = await connection.OpenStreamAsync([OneByte]).ConfigureAwait(false);
        var one = new byte[1];
        await stream.WriteAsync(one).ConfigureAwait(false);
        await stream.ReadExactlyAsync(one).ConfigureAwait(false);
        times.Add(clock.Elapsed.TotalMilliseconds);
        await stream.DisposeAsync().ConfigureAwait(false);
    }
}
