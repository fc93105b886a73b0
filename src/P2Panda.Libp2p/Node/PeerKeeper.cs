using P2Panda.Libp2p.Diagnostics;

namespace P2Panda.Libp2p;

/// <summary>Stays connected to one peer: dials, waits for the end, dials again.</summary>
internal sealed class PeerKeeper : IAsyncDisposable
{
    private readonly Libp2pHost _host;
    private readonly PeerJournal _journal;
    private readonly Func<IReadOnlyList<Multiaddr>> _addresses;
    private readonly string _name;
    private readonly RedialSchedule _schedule = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <param name="host">Us.</param>
    /// <param name="journal">Where attempts are noted.</param>
    /// <param name="name">What the operator calls the peer.</param>
    /// <param name="peer">Who, if known; else whoever answers first, and from then on the same.</param>
    /// <param name="addresses">Where.</param>
    public PeerKeeper(Libp2pHost host, PeerJournal journal, string name, PeerId? peer, Func<IReadOnlyList<Multiaddr>> addresses)
    {
        _host = host;
        _journal = journal;
        _name = name;
        Peer = peer;
        _addresses = addresses;
    }

    /// <summary>Connected, not necessarily by our dial. Subscribers must not block.</summary>
    public event Action<Connection>? Connected;

    /// <summary>Who, once known.</summary>
    public PeerId? Peer { get; private set; }

    public void Start() => _loop = RunAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                var connection = (Peer is { } known ? _host.FindConnection(known) : null) ?? await DialAsync().ConfigureAwait(false);
                Peer ??= connection.RemotePeer;
                using var lease = connection.KeepAlive();
                _host.Raise(() => Connected?.Invoke(connection));
                var reason = await connection.Closed.WaitAsync(_stop.Token).ConfigureAwait(false);
                wait = _schedule.Closed(_host.Time.GetUtcNow() - connection.Opened);
                _journal.Note(connection.RemotePeer, $"closed: {reason}; dialed again in {wait.TotalSeconds:0.#} s");
                Explain(connection.RemotePeer);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                wait = _schedule.Failed();
                if (Peer is { } known && !_stop.IsCancellationRequested)
                {
                    _journal.Note(known, $"not reached: {e.Message}; tried again in {wait.TotalSeconds:0.#} s");
                }

                if (!_stop.IsCancellationRequested)
                {
                    Log.PeerNotReached(_host.Logger, _name, wait, e.Message);
                }
            }

            await Task.Delay(wait, _host.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<Connection> DialAsync() => Peer is { } peer
        ? _host.ConnectAsync(peer, _addresses(), _stop.Token)
        : _host.ConnectAsync(_addresses(), _stop.Token);

    private void Explain(PeerId peer)
    {
        if (_schedule.IsWorthExplaining)
        {
            Log.ClosesAtOnce(_host.Logger, _name, peer, _schedule.ClosedAtOnce);
        }
    }
}
