using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.AutoNat;

namespace P2Panda.Libp2p;

/// <summary>Asks connected peers, one after the other, to dial us back (libp2p specs, autonat v1), and believes them when they agree.</summary>
public sealed class AutoNatClient : IAsyncDisposable
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(30);

    private readonly Libp2pHost _host;
    private readonly AutoNatClientOptions _options;
    private readonly ReachabilityVote _vote = new();
    private readonly Dictionary<PeerId, DateTimeOffset> _asked = [];
    private readonly HashSet<Multiaddr> _reached = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Begins to ask.</summary>
    public AutoNatClient(Libp2pHost host, AutoNatClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _options = options ?? new AutoNatClientOptions();
        _loop = RunAsync();
    }

    /// <summary>The status changed. Subscribers must not block.</summary>
    public event Action<Reachability>? Changed;

    /// <summary>What we believe.</summary>
    public Reachability Status => _vote.Status;

    /// <summary>How firmly, 0 to 3.</summary>
    public int Confidence => _vote.Confidence;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await PauseAsync(_options.BootDelay).ConfigureAwait(false);
        while (!_stop.IsCancellationRequested)
        {
            await AskSomebodyAsync().ConfigureAwait(false);
            await PauseAsync(Confidence == ReachabilityVote.MaxConfidence ? _options.RefreshInterval : _options.RetryInterval).ConfigureAwait(false);
        }
    }

    private Task PauseAsync(TimeSpan pause) => Task.Delay(pause, _host.Time, _stop.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private async Task AskSomebodyAsync()
    {
        var now = _host.Time.GetUtcNow();
        foreach (var (peer, at) in _asked.ToList())
        {
            if (now - at >= _options.PerServerPause)
            {
                _asked.Remove(peer);
            }
        }

        var server = _host.Connections.FirstOrDefault(connection =>
            !connection.IsRelayed && !_asked.ContainsKey(connection.RemotePeer)
            && connection.Identified?.Protocols.Contains(AutoNatMessage.ProtocolId) == true);
        var addresses = _host.Addresses.Listening.Concat(_host.Addresses.Candidates).Concat(_host.Addresses.Confirmed)
            .Where(address => !address.IsRelayed && _options.ScopeOf(address) is not (AddressScope.Loopback or AddressScope.LinkLocal))
            .Distinct()
            .Take(AutoNatMessage.MaxAddresses)
            .ToList();
        if (server is null || addresses.Count == 0)
        {
            return;
        }

        _asked[server.RemotePeer] = now;
        try
        {
            using var deadline = new CancellationTokenSource(AskTimeout, _host.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
            await using var stream = await server.OpenStreamAsync([AutoNatMessage.ProtocolId], either.Token).ConfigureAwait(false);
            var request = new AutoNatMessage(false) { Peer = _host.PeerId, Addresses = addresses };
            await stream.WriteMessageAsync(request.Encode(), either.Token).ConfigureAwait(false);
            var frame = await stream.ReadMessageAsync(AutoNatMessage.MaxLength, either.Token).ConfigureAwait(false);
            if (frame.Result == FrameResult.Ok && AutoNatMessage.TryDecode(frame.Body.Span, out var answer) && answer.IsResponse)
            {
                Take(answer, server);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Log.ReachabilityTested(_host.Logger, server.RemotePeer, server.RemoteAddress, "no answer", e.Message);
        }
    }

    private void Take(AutoNatMessage answer, Connection server)
    {
        Log.ReachabilityTested(_host.Logger, server.RemotePeer, server.RemoteAddress, answer.Status.ToString(), answer.Address?.ToString() ?? "");
        var believed = answer.Status switch
        {
            AutoNatStatus.Ok => Reachability.Public,
            AutoNatStatus.DialError => Reachability.Private,
            _ => Reachability.Unknown,
        };
        if (believed == Reachability.Unknown)
        {
            return;
        }

        var changed = _vote.Add(believed);
        _host.Addresses.LetObservationsConfirm(Status != Reachability.Private);
        if (Status == Reachability.Public && believed == Reachability.Public && answer.Address is { } reached && _reached.Count < AddressTable.MaxConfirmed)
        {
            _reached.Add(reached.WithoutPeer());
            _host.Addresses.Confirm(reached);
        }
        else if (Status == Reachability.Private)
        {
            foreach (var address in _reached)
            {
                _host.Addresses.Unconfirm(address);
            }

            _reached.Clear();
        }

        if (changed)
        {
            Log.ReachabilityChanged(_host.Logger, Status);
            _host.Raise(() => Changed?.Invoke(Status));
        }
    }
}
