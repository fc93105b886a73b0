using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.AutoNat;
using P2Panda.Libp2p.Protocols.Relay;

namespace P2Panda.Libp2p;

/// <summary>
/// Dials peers back that ask for it (libp2p specs, autonat v1), always at the IP address they came from, so that nobody else can be
/// made a target, and from a fresh port, so that a NAT's mapping for us proves nothing.
/// </summary>
public sealed class AutoNatServer : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly Libp2pHost _host;
    private readonly AutoNatServerOptions _options;
    private readonly Lock _gate = new();
    private readonly RequestRates<PeerId> _perPeer;
    private readonly RequestRates<int> _total;

    /// <summary>Begins to serve.</summary>
    public AutoNatServer(Libp2pHost host, AutoNatServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _options = options ?? new AutoNatServerOptions();
        _perPeer = new(_options.TestsPerPeer, _options.Window);
        _total = new(_options.TestsInTotal, _options.Window);
        host.Handle(AutoNatMessage.ProtocolId, ServeAsync, new StreamPolicy { MaxPerPeer = 2, MaxTotal = 32, RunOnLimited = true });
    }

    /// <inheritdoc/>
    public void Dispose() => _host.StopHandling(AutoNatMessage.ProtocolId);

    /// <summary>What is dialed of what was asked for: every IP replaced by the one the peer came from. A pure function.</summary>
    internal static IReadOnlyList<Multiaddr> Targets(AutoNatMessage request, Connection connection) => Targets(request, connection.RemoteAddress, connection.RemotePeer);

    internal static IReadOnlyList<Multiaddr> Targets(AutoNatMessage request, Multiaddr observed, PeerId peer) =>
        observed.TryGetIp(out var ip)
            ? [.. request.Addresses
                .Where(address => !address.IsRelayed && address.TryGetIp(out _) && (address.Peer is null || address.Peer == peer))
                .Select(address => address.WithoutPeer().WithIp(ip))
                .Distinct()]
            : [];

    private async Task ServeAsync(MuxedStream stream, Connection connection, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(RequestTimeout, _host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var frame = await stream.ReadMessageAsync(AutoNatMessage.MaxLength, either.Token).ConfigureAwait(false);
        var answer = frame.Result == FrameResult.Ok && AutoNatMessage.TryDecode(frame.Body.Span, out var request) && !request.IsResponse && request.Peer == connection.RemotePeer
            ? await TestAsync(request, connection, cancellation).ConfigureAwait(false)
            : Refuse(AutoNatStatus.BadRequest, "not a request of the peer that sends it");
        Log.ReachabilityTested(_host.Logger, connection.RemotePeer, connection.RemoteAddress, answer.Status.ToString(), answer.StatusText);
        await stream.WriteMessageAsync(answer.Encode(), cancellation).ConfigureAwait(false);
    }

    private async Task<AutoNatMessage> TestAsync(AutoNatMessage request, Connection connection, CancellationToken cancellation)
    {
        if (connection.IsRelayed)
        {
            return Refuse(AutoNatStatus.DialRefused, "the request came through a relay");
        }

        if (!_options.AllowPrivate && _options.ScopeOf(connection.RemoteAddress) != AddressScope.Global)
        {
            return Refuse(AutoNatStatus.DialRefused, "the peer is not on the internet");
        }

        var dials = Targets(request, connection)
            .Select(address => (Address: address, Transport: _host.Transports.FirstOrDefault(each => each is not CircuitTransport && each.CanDial(address))))
            .Where(dial => dial.Transport is not null && _host.IsDialAllowed(connection.RemotePeer, dial.Address, out _))
            .ToList();
        if (dials.Count == 0)
        {
            return Refuse(AutoNatStatus.DialRefused, "no address that can be dialed");
        }

        lock (_gate)
        {
            var now = _host.Time.GetUtcNow();
            if (!_total.TryTake(0, now) || !_perPeer.TryTake(connection.RemotePeer, now))
            {
                return Refuse(AutoNatStatus.DialRefused, "too many requests");
            }
        }

        using var deadline = new CancellationTokenSource(_options.DialTimeout, _host.Time);
        using var race = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var running = dials.Select(dial => DialAsync(dial.Transport!, dial.Address, connection.RemotePeer, race.Token)).ToList();
        Multiaddr? reached = null;
        while (running.Count > 0)
        {
            var done = await Task.WhenAny(running).ConfigureAwait(false);
            running.Remove(done);
            reached ??= await done.ConfigureAwait(false);
            if (reached is not null)
            {
                await race.CancelAsync().ConfigureAwait(false);
            }
        }

        return reached is null
            ? Refuse(AutoNatStatus.DialError, "no dial succeeded")
            : new AutoNatMessage(true) { Status = AutoNatStatus.Ok, Address = reached };
    }

    private async Task<Multiaddr?> DialAsync(ITransport transport, Multiaddr address, PeerId peer, CancellationToken cancellation)
    {
        if (_host.Accountant.TryBeginOutbound(out var lease) != Swarm.LimitResult.Ok)
        {
            return null;
        }

        using (lease)
        {
            try
            {
                var muxed = await transport.DialAsync(new DialRequest(address, peer) { Port = PortUse.New }, cancellation).ConfigureAwait(false);
                await muxed.CloseAsync(ConnectionCloseReason.Normal).ConfigureAwait(false);
                return address;
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or OperationCanceledException)
            {
                return null;
            }
        }
    }

    private static AutoNatMessage Refuse(AutoNatStatus status, string text) => new(true) { Status = status, StatusText = text };
}
