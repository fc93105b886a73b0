using System.Net;

namespace P2Panda.Libp2p.Quic.Tests.Support;

/// <summary>A listening host and a dialing host on this machine's loopback.</summary>
internal sealed class Loopback : IAsyncDisposable
{
    private Loopback(QuicTransport listener, QuicTransport dialer, IListener listening, TestSink sink, KeyPair listenerKey, KeyPair dialerKey)
    {
        (Listener, Dialer, Listening, Sink, ListenerKey, DialerKey) = (listener, dialer, listening, sink, listenerKey, dialerKey);
    }

    public QuicTransport Listener { get; }

    public QuicTransport Dialer { get; }

    public IListener Listening { get; }

    public TestSink Sink { get; }

    public KeyPair ListenerKey { get; }

    public KeyPair DialerKey { get; }

    public Multiaddr Address => Listening.Addresses[0];

    public static async Task<Loopback> StartAsync(bool ipv6 = false, QuicOptions? options = null, QuicOptions? dialerOptions = null)
    {
        KeyPair listenerKey = KeyPair.FromSeed([.. Enumerable.Repeat((byte)1, 32)]), dialerKey = KeyPair.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);
        var listener = new QuicTransport(listenerKey, options);
        var dialer = new QuicTransport(dialerKey, dialerOptions ?? options);
        var sink = new TestSink();
        var address = QuicAddress.From(new IPEndPoint(ipv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 0));
        var listening = await listener.ListenAsync(address, sink, default);
        return new Loopback(listener, dialer, listening, sink, listenerKey, dialerKey);
    }

    public async Task<(IMuxedConnection Dialed, IMuxedConnection Accepted)> ConnectAsync()
    {
        using var deadline = new CancellationTokenSource(Deadlines.Test);
        var dialed = await Dialer.DialAsync(new DialRequest(Address, ListenerKey.PeerId), deadline.Token);
        return (dialed, await Sink.NextAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Dialer.DisposeAsync();
        await Listener.DisposeAsync();
    }
}
