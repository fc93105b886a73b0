using P2Panda.Libp2p.Diagnostics;

namespace P2Panda.Libp2p;

/// <summary>
/// Stays registered in a namespace and keeps finding others there, until disposed: registers again at three quarters of the granted life
/// and when our confirmed addresses change, asks for news with the server's cookie, forgets peers whose registration ended, and after a
/// failure tries again with growing pauses.
/// </summary>
public sealed class RendezvousMembership : IAsyncDisposable
{
    private const int MaxPagesPerRound = 16;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GoodbyePatience = TimeSpan.FromSeconds(2);

    private readonly Libp2pHost _host;
    private readonly RendezvousMembershipOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, (RendezvousRegistration Registration, DateTimeOffset Until)> _peers = [];
    private readonly Task _running;
    private TaskCompletionSource _changed = NewSignal();
    private ReadOnlyMemory<byte> _cookie;
    private DateTimeOffset _registerAt;
    private DateTimeOffset _discoverAt;
    private TimeSpan _retry = FirstRetry;
    private bool _isRegistered;

    /// <summary>Begins.</summary>
    /// <param name="host">Us.</param>
    /// <param name="server">The server, known to the host's address book or connected.</param>
    /// <param name="name">Namespace.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="time">The clock of registrations; null for the host's.</param>
    public RendezvousMembership(
        Libp2pHost host, PeerId server, string name, RendezvousMembershipOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(name);
        _host = host;
        Server = server;
        Namespace = name;
        _options = options ?? new RendezvousMembershipOptions();
        _time = time ?? host.Time;
        _registerAt = _options.Register ? _time.GetUtcNow() : DateTimeOffset.MaxValue;
        _discoverAt = _options.Discover ? _time.GetUtcNow() : DateTimeOffset.MaxValue;
        host.Addresses.Changed += AddressesChanged;
        _running = RunAsync();
    }

    /// <summary>A peer was found, or registered again. Subscribers must not block.</summary>
    public event Action<RendezvousRegistration>? Discovered;

    /// <summary>A peer's registration ended. Subscribers must not block.</summary>
    public event Action<PeerId>? Expired;

    /// <summary>The server.</summary>
    public PeerId Server { get; }

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>Whether the server took our last registration.</summary>
    public bool IsRegistered => Volatile.Read(ref _isRegistered);

    /// <summary>Peers whose registrations hold.</summary>
    public IReadOnlyList<RendezvousRegistration> Peers
    {
        get
        {
            lock (_gate)
            {
                return [.. _peers.Values.Select(known => known.Registration)];
            }
        }
    }

    /// <summary>Ends, and takes the registration back when the server can be reached at once.</summary>
    public async ValueTask DisposeAsync()
    {
        _host.Addresses.Changed -= AddressesChanged;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (IsRegistered && _host.FindConnection(Server) is not null)
        {
            try
            {
                using var patience = new CancellationTokenSource(GoodbyePatience, _host.Time);
                await _host.UnregisterAsync(Server, Namespace, patience.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                Log.RendezvousFailed(_host.Logger, Server, Namespace, e.Message);
            }
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                Task changed;
                lock (_gate)
                {
                    changed = _changed.Task;
                }

                await StepAsync().ConfigureAwait(false);
                await PauseAsync(changed).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // The host is gone.
        }
    }

    private async Task StepAsync()
    {
        ForgetExpired();
        var now = _time.GetUtcNow();
        try
        {
            if (_registerAt <= now)
            {
                var ttl = await _host.RegisterAsync(Server, Namespace, _options.Ttl, _stop.Token).ConfigureAwait(false);
                Volatile.Write(ref _isRegistered, true);
                _registerAt = _time.GetUtcNow() + (ttl * 0.75);
                Log.Registered(_host.Logger, Server, Namespace, ttl);
            }

            if (_discoverAt <= now)
            {
                await DiscoverAsync().ConfigureAwait(false);
                _discoverAt = _time.GetUtcNow() + _options.DiscoverEvery;
            }

            _retry = FirstRetry;
        }
        catch (InvalidOperationException)
        {
            _registerAt = DateTimeOffset.MaxValue;   // until an address is confirmed
        }
        catch (IOException e)
        {
            if (_registerAt <= now)
            {
                Volatile.Write(ref _isRegistered, false);
            }

            Log.RendezvousFailed(_host.Logger, Server, Namespace, e.Message);
            var again = _time.GetUtcNow() + _retry;
            _registerAt = _registerAt <= now ? again : _registerAt;
            _discoverAt = _discoverAt <= now ? again : _discoverAt;
            _retry = _retry * 2 < LastRetry ? _retry * 2 : LastRetry;
        }
    }

    private async Task DiscoverAsync()
    {
        var seen = new HashSet<PeerId>();
        for (var page = 0; page < MaxPagesPerRound; page++)
        {
            RendezvousDiscovery discovery;
            try
            {
                discovery = await _host.DiscoverAsync(Server, Namespace, cookie: _cookie, cancellation: _stop.Token).ConfigureAwait(false);
            }
            catch (RendezvousException e) when (e.Status == RendezvousStatus.InvalidCookie && !_cookie.IsEmpty)
            {
                _cookie = default;   // the server restarted
                continue;
            }

            _cookie = discovery.Cookie;
            var before = seen.Count;
            foreach (var registration in discovery.Registrations)
            {
                seen.Add(registration.Peer);
                Remember(registration);
            }

            // Nothing, or a server that repeats itself.
            if (seen.Count == before)
            {
                return;
            }
        }
    }

    private void Remember(RendezvousRegistration registration)
    {
        if (registration.Peer == _host.PeerId)
        {
            return;
        }

        lock (_gate)
        {
            if (_peers.Count >= _options.MaxPeers && !_peers.ContainsKey(registration.Peer))
            {
                return;
            }

            _peers[registration.Peer] = (registration, _time.GetUtcNow() + registration.Ttl);
        }

        _host.AddressBook.Add(registration.Peer, registration.Addresses, registration.Ttl, certified: true);
        _host.Raise(() => Discovered?.Invoke(registration));
    }

    private void ForgetExpired()
    {
        List<PeerId> ended;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            ended = [.. _peers.Where(known => known.Value.Until <= now).Select(known => known.Key)];
            ended.ForEach(peer => _peers.Remove(peer));
        }

        foreach (var peer in ended)
        {
            _host.Raise(() => Expired?.Invoke(peer));
        }
    }

    /// <summary>Until something is due, or our addresses changed; then a moment longer, because changes come in company.</summary>
    private async Task PauseAsync(Task changed)
    {
        var due = _registerAt < _discoverAt ? _registerAt : _discoverAt;
        lock (_gate)
        {
            foreach (var (_, until) in _peers.Values)
            {
                due = until < due ? until : due;
            }
        }

        var pause = due - _time.GetUtcNow();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var timer = due == DateTimeOffset.MaxValue
            ? Task.Delay(Timeout.InfiniteTimeSpan, cut.Token)
            : Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _time, cut.Token);
        var first = await Task.WhenAny(timer, changed).ConfigureAwait(false);
        await cut.CancelAsync().ConfigureAwait(false);
        _stop.Token.ThrowIfCancellationRequested();
        if (first == changed)
        {
            await Task.Delay(Debounce, _time, _stop.Token).ConfigureAwait(false);
            lock (_gate)
            {
                _changed = NewSignal();
            }

            _registerAt = _options.Register ? _time.GetUtcNow() : DateTimeOffset.MaxValue;
        }
    }

    private void AddressesChanged()
    {
        lock (_gate)
        {
            _changed.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
