using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using P2Panda.Bridge.Index;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Libp2p;
using P2Panda.Store;

namespace P2Panda.Bridge.Links;

/// <summary>Replicates a log store with every peer of a libp2p host that speaks <see cref="ProtocolId"/>.</summary>
public sealed partial class ReplicationService : IProtocolHandler, IAsyncDisposable
{
    /// <summary>The protocol, as aquadoggo names it.</summary>
    public const string ProtocolId = "/p2p/p2panda/1.0.0";

    /// <summary>Peers whose refusals are remembered.</summary>
    private const int MaxRemembered = 1024;

    /// <summary>How often sessions are looked at.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Pause before a store that failed is asked again.</summary>
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, PeerLink> _links = new();
    private readonly ConcurrentDictionary<PeerId, SendMemory> _memories = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogStore _store;
    private readonly IReplicationIndex _index;
    private readonly ReplicationServiceOptions _options;
    private readonly IIntakeGate? _gate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private LinkParts? _parts;
    private Libp2pHost? _host;
    private ITimer? _timer;
    private Task _watching = Task.CompletedTask;
    private SchemaIdSet _supported;

    /// <summary>Makes the service; <see cref="StartAsync"/> sets it to work.</summary>
    /// <param name="store">The logs.</param>
    /// <param name="index">What they are about.</param>
    /// <param name="options">What is replicated, and how.</param>
    /// <param name="gate">Which entries of peers are stored; all when null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells what happens.</param>
    public ReplicationService(
        ILogStore store, IReplicationIndex index, ReplicationServiceOptions options, IIntakeGate? gate, TimeProvider time, ILogger<ReplicationService> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _store = store;
        _index = index;
        _options = options;
        _gate = gate;
        _time = time;
        _logger = logger;
        _supported = SupportedNow();
    }

    /// <inheritdoc/>
    public string Protocol => ProtocolId;

    /// <inheritdoc/>
    public StreamPolicy Policy { get; } = new() { MaxPerPeer = 16, RunOnLimited = true };

    /// <summary>What was done so far.</summary>
    public BridgeCounters Counters { get; } = new();

    /// <summary>What is replicated now.</summary>
    public SchemaIdSet Supported => Volatile.Read(ref _supported);

    /// <summary>Peers connected, and what happened with each on its connection.</summary>
    public IReadOnlyList<(Connection Connection, SchemaIdSet? Announced, ReplicationCounters Counters)> Peers =>
        [.. _links.Values.Select(link => (link.Connection, link.Replication.Announced, link.Replication.Counters))];

    /// <summary>Begins to replicate with the host's peers, those connected already included.</summary>
    public async Task StartAsync(Libp2pHost host, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        await _index.RefreshAsync(cancellation).ConfigureAwait(false);
        _supported = SupportedNow();
        _host = host;
        _parts = new LinkParts(
            _store, _index, _options.Sessions, _gate, () => Supported, _options.AllowedSchemas is null, host.PeerId, Counters, _time, _logger);
        _index.Changed += OnIndexChanged;
        host.ConnectionOpened += OnOpened;
        foreach (var connection in host.Connections)
        {
            OnOpened(connection);
        }

        _timer = _time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
        _watching = WatchAsync(_stop.Token);
    }

    /// <inheritdoc/>
    public Task HandleAsync(MuxedStream stream, Connection connection, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(connection);
        return _parts is null ? Task.CompletedTask : LinkOf(connection).ReadAsync(stream, cancellation);
    }

    /// <summary>Ends all sessions; connections stay open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is { } host)
        {
            host.ConnectionOpened -= OnOpened;
            _index.Changed -= OnIndexChanged;
        }

        _timer?.Dispose();
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var link in _links.Values)
        {
            StopQuietly(link);
        }

        await _watching.ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    private static void StopQuietly(PeerLink link)
    {
        try
        {
            link.Stop();
        }
        catch (ObjectDisposedException)
        {
            // Its connection has just closed.
        }
    }

    private void OnOpened(Connection connection) => LinkOf(connection);

    private PeerLink LinkOf(Connection connection)
    {
        if (_links.TryGetValue(connection.Id, out var known))
        {
            return known;
        }

        var link = new PeerLink(connection, _parts!, MemoryOf(connection.RemotePeer));
        if (!_links.TryAdd(connection.Id, link))
        {
            link.Dispose();
            return _links.TryGetValue(connection.Id, out known) ? known : LinkOf(connection);
        }

        _ = RunAsync(link);
        return link;
    }

    private async Task RunAsync(PeerLink link)
    {
        try
        {
            await link.RunAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // a fault with one peer must not end replication with the others
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // A connection that stays without replication would be a silent bridge: whoever keeps it makes a new one.
            LogLinkFailed(failure, link.Connection.RemotePeer);
            await link.Connection.CloseAsync(ConnectionCloseReason.InternalError).ConfigureAwait(false);
        }

        // The link stays as a marker while its connection does, so that a peer that speaks no replication is asked once only.
        await link.Connection.Closed.ConfigureAwait(false);
        _links.TryRemove(link.Connection.Id, out _);
        link.Dispose();
    }

    private SendMemory MemoryOf(PeerId peer)
    {
        if (_memories.Count >= MaxRemembered)
        {
            _memories.Clear();
        }

        return _memories.GetOrAdd(peer, _ => new SendMemory(_time));
    }

    private void Tick()
    {
        foreach (var link in _links.Values)
        {
            link.Tick(mayAsk: _host!.FindConnection(link.Connection.RemotePeer) == link.Connection);
        }
    }

    private void OnIndexChanged(IReadOnlyList<IndexedEntry> entries)
    {
        var supported = SupportedNow();
        var isOther = !supported.Equals(Supported);
        Volatile.Write(ref _supported, supported);
        foreach (var link in _links.Values)
        {
            if (isOther)
            {
                link.Support();
            }

            link.News(entries);
        }
    }

    private SchemaIdSet SupportedNow() => _options.AllowedSchemas ?? _index.Known;

    /// <summary>Takes in what is stored as soon as it is.</summary>
    private async Task WatchAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var seen = _store.LastChange;
                await _index.RefreshAsync(cancellation).ConfigureAwait(false);
                await _store.WaitForChangesAsync(seen, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StoreException failure) when (failure.Failure != StoreFailure.Closed)
            {
                LogStoreAway(failure.Message);
                await Task.Delay(StorePause, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (StoreException)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Replication with {Peer} failed; the connection is closed and made anew.")]
    private partial void LogLinkFailed(Exception failure, PeerId peer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store cannot be read and is asked again: {Reason}")]
    private partial void LogStoreAway(string reason);
}
