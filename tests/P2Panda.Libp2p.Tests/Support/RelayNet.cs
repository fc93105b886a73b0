using System.Threading.Channels;
using P2Panda.Libp2p.Protocols.Relay;

namespace P2Panda.Libp2p.Tests.Support;

/// <summary>A relay, a target that reserved there, and a source.</summary>
internal sealed class RelayNet
{
    private readonly IListener _listener;
    private Channel<MuxedStream>? _raw;

    private RelayNet(Libp2pHost relay, RelayServer server, Libp2pHost target, Libp2pHost source, IListener listener)
    {
        Relay = relay;
        Server = server;
        Target = target;
        Source = source;
        _listener = listener;
    }

    public Libp2pHost Relay { get; }

    public RelayServer Server { get; }

    public Libp2pHost Target { get; }

    public Libp2pHost Source { get; }

    public CircuitListener Listener => (CircuitListener)((HostListener)_listener).Inner;

    public Multiaddr RelayAddress => TestHosts.AddressOf(Relay);

    public Multiaddr CircuitAddress => P2Panda.Libp2p.Protocols.Relay.CircuitAddress.Through(RelayAddress).WithPeer(Target.PeerId);

    public static async Task<RelayNet> StartAsync(
        TestHosts hosts, string transport = "memory", RelayServerOptions? options = null, Action<Libp2pHostBuilder>? configureTarget = null,
        Action<Libp2pHostBuilder>? configureRelay = null)
    {
        var relay = await hosts.StartAsync(transport, configureRelay);
        var server = new RelayServer(relay, options);
        var target = await hosts.StartAsync(transport, builder =>
        {
            builder.UseCircuits();
            configureTarget?.Invoke(builder);
        }, listen: false);
        var source = await hosts.StartAsync(transport, builder => builder.UseCircuits(), listen: false);
        var address = P2Panda.Libp2p.Protocols.Relay.CircuitAddress.Through(TestHosts.AddressOf(relay));
        return new RelayNet(relay, server, target, source, await target.ListenAsync(address, TestHosts.Deadline));
    }

    public ValueTask StopListeningAsync() => _listener.DisposeAsync();

    /// <summary>The next circuit's stream at the target, which from the first call on puts nothing inside.</summary>
    public Task<MuxedStream> RawTarget()
    {
        if (_raw is null)
        {
            var raw = _raw = Channel.CreateUnbounded<MuxedStream>();
            Target.StopHandling(RelayProtocol.StopId);
            Target.Handle(RelayProtocol.StopId, async (stream, connection, cancellation) =>
            {
                await stream.ReadMessageAsync(RelayFields.MaxMessage, cancellation);
                await stream.WriteMessageAsync(RelayProtocol.Stop.Answer(RelayStatus.Ok).Encode(), cancellation);
                var over = new TaskCompletionSource();
                stream.OnFinished(() => over.TrySetResult());
                await raw.Writer.WriteAsync(stream, cancellation);
                await Task.WhenAny(over.Task, connection.Closed);
            }, new StreamPolicy { MaxPerPeer = 5000, MaxTotal = 5000, RunOnLimited = true });
        }

        return _raw.Reader.ReadAsync().AsTask();
    }
}
