using System.Collections.Concurrent;
using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.Dcutr;

namespace P2Panda.Libp2p;

/// <summary>
/// Makes direct connections of relayed ones (libp2p specs, relay/DCUtR). The peer that was reached through the relay leads: it dials
/// the other if that seems reachable, else both dial at the same moment. When a direct connection stands, the relayed one is drained.
/// </summary>
public sealed class Dcutr : IDisposable
{
    private static readonly StreamPolicy Policy = new() { MaxPerPeer = 2, MaxTotal = 256, RunOnLimited = true, Deadline = TimeSpan.FromSeconds(20) };
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LateArrival = TimeSpan.FromMilliseconds(500);
    /// <summary>
    /// What we wait beyond half a round trip at the first attempt, for the peer to have read SYNC: between close neighbours a dial of ours
    /// that is faster comes in at the peer's front door, where it is taken for a client's. Later attempts do not wait: routers that answer
    /// strangers with resets are passed only when both dials cross behind them.
    /// </summary>
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ShortestReversal = TimeSpan.FromMilliseconds(500);

    private readonly Libp2pHost _host;
    private readonly DcutrOptions _options;
    private readonly HolePuncher _puncher;
    private readonly ConcurrentDictionary<PeerId, byte> _punching = new();
    private int _upgrades;

    /// <summary>Begins to upgrade relayed connections.</summary>
    public Dcutr(Libp2pHost host, DcutrOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _options = options ?? new DcutrOptions();
        _puncher = new HolePuncher(host);
        host.Handle(DcutrMessage.ProtocolId, RespondAsync, Policy);
        host.ConnectionOpened += OnConnectionOpened;
    }

    /// <summary>An upgrade that we led has ended. Subscribers must not block.</summary>
    public event Action<DcutrOutcome>? Finished;

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.ConnectionOpened -= OnConnectionOpened;
        _host.StopHandling(DcutrMessage.ProtocolId);
    }

    private void OnConnectionOpened(Connection connection)
    {
        if (!connection.IsRelayed)
        {
            foreach (var relayed in _host.Connections.Where(each => each.IsRelayed && each.RemotePeer == connection.RemotePeer))
            {
                _ = DrainAsync(relayed, connection);
            }
        }
        else if (FindDirect(connection.RemotePeer) is { } direct)
        {
            _ = DrainAsync(connection, direct);
        }
        else if (connection.Direction == ConnectionDirection.Inbound)
        {
            _ = LeadAsync(connection);
        }
    }

    private async Task<Connection?> WaitForDirectAsync(PeerId peer)
    {
        var start = _host.Time.GetTimestamp();
        while (FindDirect(peer) is null && _host.Time.GetElapsedTime(start) < LateArrival && !_host.Stopping.IsCancellationRequested)
        {
            await Task.Delay(LateArrival / 10, _host.Time, _host.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return FindDirect(peer);
    }

    private Connection? FindDirect(PeerId peer) => _host.FindConnection(peer) is { IsRelayed: false } direct ? direct : null;

    /// <summary>What we tell the peer, best first: seen by others, confirmed, and our own network's for a neighbour behind the same NAT.</summary>
    private List<Multiaddr> OwnAddresses() =>
        [.. _host.Addresses.Candidates.Concat(_host.Addresses.Confirmed)
            .Concat(_host.Addresses.Listening.Where(address => _options.ScopeOf(address) is not (AddressScope.LinkLocal or AddressScope.Reserved)))
            .Where(address => !address.IsRelayed)
            .Distinct()
            .OrderBy(address => _options.ScopeOf(address) == AddressScope.Loopback)
            .Take(_options.MaxAddresses)];

    // ---- role B: we were reached through the relay ----

    private async Task LeadAsync(Connection relayed)
    {
        if (Interlocked.Increment(ref _upgrades) > _options.MaxConcurrent)
        {
            Interlocked.Decrement(ref _upgrades);
            return;
        }

        var start = _host.Time.GetTimestamp();
        var outcome = new DcutrOutcome(relayed.RemotePeer, null, 0, default, "");
        try
        {
            outcome = await UpgradeAsync(relayed, outcome).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            outcome = outcome with { Reason = e.Message };
        }
        finally
        {
            Interlocked.Decrement(ref _upgrades);
        }

        outcome = outcome with { Elapsed = _host.Time.GetElapsedTime(start) };
        Log.Upgraded(_host.Logger, outcome.Peer, outcome.Direct is not null, outcome.Attempts, outcome.Elapsed, outcome.Reason);
        _host.Raise(() => Finished?.Invoke(outcome));
    }

    private async Task<DcutrOutcome> UpgradeAsync(Connection relayed, DcutrOutcome outcome)
    {
        var start = _host.Time.GetTimestamp();
        await Task.WhenAny(relayed.IdentifyDone, Task.Delay(_options.IdentifyPatience, _host.Time)).ConfigureAwait(false);
        // Identify took some round trips through the relay, as many as a direct dial takes or more.
        var window = TimeSpan.FromTicks(Math.Clamp((3 * _host.Time.GetElapsedTime(start)).Ticks, ShortestReversal.Ticks, Math.Max(ShortestReversal.Ticks, _options.ReversalWindow.Ticks)));
        if (await TryReverseAsync(relayed, window).ConfigureAwait(false) is { } reversed)
        {
            return outcome with { Direct = reversed };
        }

        for (var attempt = 1; attempt <= _options.Attempts && !relayed.Closed.IsCompleted; attempt++)
        {
            if (FindDirect(relayed.RemotePeer) is { } there)
            {
                return outcome with { Direct = there };
            }

            outcome = outcome with { Attempts = attempt };
            var (direct, reason) = await AttemptAsync(relayed, attempt == 1 ? ReadingTime : TimeSpan.Zero).ConfigureAwait(false);
            // A peer that sees its dial succeed may close the relayed connection before our end of the direct one is ready.
            direct ??= await WaitForDirectAsync(relayed.RemotePeer).ConfigureAwait(false);
            outcome = outcome with { Direct = direct, Reason = reason };
            if (direct is not null)
            {
                return outcome;
            }

            Log.PunchFailed(_host.Logger, relayed.RemotePeer, attempt, _options.Attempts, reason);
        }

        return outcome;
    }

    /// <summary>A peer with public addresses and no reservation of its own seems reachable: an ordinary dial comes first.</summary>
    private async Task<Connection?> TryReverseAsync(Connection relayed, TimeSpan patience)
    {
        var told = relayed.Identified?.ListenAddresses ?? [];
        var open = told.Where(address => !address.IsRelayed && _options.ScopeOf(address) == AddressScope.Global).Take(_options.MaxAddresses).ToList();
        if (open.Count == 0 || told.Any(address => address.IsRelayed))
        {
            return null;
        }

        using var window = new CancellationTokenSource(patience, _host.Time);
        try
        {
            // From a fresh port: what this leaves behind in NATs must not stand in the way of a punch from the listening one.
            return await _host.DialDirectAsync(relayed.RemotePeer, open, PortUse.New, window.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<(Connection? Direct, string Reason)> AttemptAsync(Connection relayed, TimeSpan readingTime)
    {
        var ours = OwnAddresses();
        if (ours.Count == 0)
        {
            return (null, "we know no address of ours");
        }

        var peer = relayed.RemotePeer;
        TimeSpan roundTrip;
        IReadOnlyList<Multiaddr> targets;
        try
        {
            using var deadline = new CancellationTokenSource(_options.ExchangeTimeout, _host.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _host.Stopping);
            await using var stream = await relayed.OpenStreamAsync([DcutrMessage.ProtocolId], either.Token).ConfigureAwait(false);
            var start = _host.Time.GetTimestamp();
            await stream.WriteMessageAsync(Describe(ours).Encode(), either.Token).ConfigureAwait(false);
            var frame = await stream.ReadMessageAsync(DcutrMessage.MaxLength, either.Token).ConfigureAwait(false);
            roundTrip = _host.Time.GetElapsedTime(start);
            if (frame.Result != FrameResult.Ok || !DcutrMessage.TryDecode(frame.Body.Span, out var answer) || answer.IsSync)
            {
                return (null, $"the peer did not answer CONNECT ({frame.Result})");
            }

            targets = PunchTargets.Choose(answer.Addresses, ours, peer, relayed.RemoteAddress, _options);
            await stream.WriteMessageAsync(DcutrMessage.SyncMessage.Encode(), either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return (null, e is OperationCanceledException ? "the exchange took too long" : e.Message);
        }

        if (targets.Count == 0)
        {
            return (null, "the peer named no address that we may try");
        }

        await Task.Delay((roundTrip / 2) + readingTime, _host.Time, _host.Stopping).ConfigureAwait(false);
        return await PunchAsync(peer, targets, HandshakeRole.Listener).ConfigureAwait(false);
    }

    // ---- role A: we dialed through the relay ----

    private async Task RespondAsync(MuxedStream stream, Connection relayed, CancellationToken cancellation)
    {
        if (!relayed.IsRelayed)
        {
            stream.Reset();
            return;
        }

        var frame = await stream.ReadMessageAsync(DcutrMessage.MaxLength, cancellation).ConfigureAwait(false);
        var ours = OwnAddresses();
        if (frame.Result != FrameResult.Ok || !DcutrMessage.TryDecode(frame.Body.Span, out var request) || request.IsSync || ours.Count == 0)
        {
            stream.Reset();
            return;
        }

        await stream.WriteMessageAsync(Describe(ours).Encode(), cancellation).ConfigureAwait(false);
        frame = await stream.ReadMessageAsync(DcutrMessage.MaxLength, cancellation).ConfigureAwait(false);
        if (frame.Result != FrameResult.Ok || !DcutrMessage.TryDecode(frame.Body.Span, out var sync) || !sync.IsSync)
        {
            stream.Reset();
            return;
        }

        // Some peers go on asking although the direct connection stands: they get their answer and no further connection.
        if (FindDirect(relayed.RemotePeer) is null)
        {
            var targets = PunchTargets.Choose(request.Addresses, ours, relayed.RemotePeer, relayed.RemoteAddress, _options);
            _ = PunchAsync(relayed.RemotePeer, targets, HandshakeRole.Dialer);
        }
    }

    /// <summary>One attempt per peer at a time: from the same ports a second one would only disturb the first.</summary>
    private async Task<(Connection? Direct, string Reason)> PunchAsync(PeerId peer, IReadOnlyList<Multiaddr> targets, HandshakeRole role)
    {
        if (!_punching.TryAdd(peer, 0))
        {
            return (null, "an attempt is under way");
        }

        using var otherwise = CancellationTokenSource.CreateLinkedTokenSource(_host.Stopping);
        void OnOpened(Connection connection)
        {
            if (!connection.IsRelayed && connection.RemotePeer == peer)
            {
                otherwise.Cancel();
            }
        }

        // The peer's dial may also come in at the front door.
        _host.ConnectionOpened += OnOpened;
        try
        {
            var (direct, reason) = await _puncher.PunchAsync(peer, targets, role, _options.PunchWindow, otherwise.Token).ConfigureAwait(false);
            return (direct ?? FindDirect(peer), reason);
        }
        finally
        {
            _host.ConnectionOpened -= OnOpened;
            _punching.TryRemove(peer, out _);
        }
    }

    private DcutrMessage Describe(List<Multiaddr> ours) => new(false, [.. ours.Select(address => address.WithPeer(_host.PeerId))]);

    private async Task DrainAsync(Connection relayed, Connection direct)
    {
        var start = _host.Time.GetTimestamp();
        while (!relayed.Closed.IsCompleted && !direct.Closed.IsCompleted)
        {
            var elapsed = _host.Time.GetElapsedTime(start);
            if ((elapsed >= _options.DrainGrace && relayed.StreamCount == 0) || elapsed >= _options.DrainLimit)
            {
                await relayed.CloseAsync().ConfigureAwait(false);
                return;
            }

            await Task.Delay(DrainLook, _host.Time, _host.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_host.Stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
