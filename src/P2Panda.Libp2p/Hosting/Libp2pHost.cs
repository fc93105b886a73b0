using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.Identify;
using P2Panda.Libp2p.Swarm;

namespace P2Panda.Libp2p;

/// <summary>
/// A libp2p node: listens, connects, opens streams, serves protocols. Thread-safe. Made by <see cref="Libp2pHostBuilder"/> or
/// <c>AddLibp2p</c>.
/// </summary>
public sealed partial class Libp2pHost : IAsyncDisposable
{
    private readonly IReadOnlyList<ITransport> _transports;
    private readonly IReadOnlyList<IConnectionGate> _gates;
    private readonly ConnectionAccountant _accountant;
    private readonly ProtocolTable _protocols = new();
    private readonly ConcurrentDictionary<long, Connection> _connections = new();
    private readonly ConcurrentDictionary<IListener, byte> _listeners = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dialer _dialer;
    private readonly IdentifyService? _identify;
    private readonly ITimer _idleTimer;
    private long _nextConnection;
    private int _disposed;

    internal Libp2pHost(
        KeyPair identity, Libp2pHostOptions options, IReadOnlyList<ITransport> transports, IReadOnlyList<IConnectionGate> gates, TimeProvider time, ILogger logger)
    {
        Identity = identity;
        Options = options;
        Time = time;
        Logger = logger;
        _transports = transports;
        _gates = gates;
        _accountant = new ConnectionAccountant(options.Limits, time);
        AddressBook = new AddressBook(time);
        Addresses = new AddressTable(options.ConfirmAddressAfter);
        Addresses.ListenOn(() => [.. _listeners.Keys.SelectMany(listener => listener.Addresses).Distinct()]);
        _dialer = new Dialer(this);
        foreach (var gate in gates)
        {
            gate.Changed += CloseRefused;
        }

        if (options.Identify)
        {
            _identify = new IdentifyService(this);
            Addresses.Changed += _identify.Changed;
            _protocols.Changed += _identify.Changed;
        }

        if (options.Ping)
        {
            Handle(PingProtocol.ProtocolId, (stream, _, cancellation) => PingProtocol.AnswerAsync(stream, Time, cancellation), PingProtocol.Policy);
        }

        foreach (var transport in transports.OfType<IHostedTransport>())
        {
            transport.Attach(this);
        }

        var sweep = options.IdleTimeout == Timeout.InfiniteTimeSpan
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Max(100, options.IdleTimeout.TotalMilliseconds / 4));
        _idleTimer = time.CreateTimer(_ => CloseIdle(), null, sweep, sweep);
    }

    /// <summary>A connection is ready. Subscribers must not block.</summary>
    public event Action<Connection>? ConnectionOpened;

    /// <summary>A connection is gone. Subscribers must not block.</summary>
    public event Action<Connection>? ConnectionClosed;

    /// <summary>A peer told or changed what it is. Subscribers must not block.</summary>
    public event Action<Connection, IdentifyMessage>? PeerIdentified;

    /// <summary>Our peer id.</summary>
    public PeerId PeerId => Identity.PeerId;

    /// <summary>Our addresses.</summary>
    public AddressTable Addresses { get; }

    /// <summary>Other peers' addresses.</summary>
    public AddressBook AddressBook { get; }

    /// <summary>How the host behaves.</summary>
    public Libp2pHostOptions Options { get; }

    /// <summary>Protocols with a handler.</summary>
    public IReadOnlyList<string> Protocols => _protocols.Protocols;

    /// <summary>Open connections.</summary>
    public IReadOnlyCollection<Connection> Connections => [.. _connections.Values];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    internal KeyPair Identity { get; }

    internal ILogger Logger { get; }

    internal HostMetrics Metrics { get; } = new();

    internal ConnectionAccountant Accountant => _accountant;

    internal IReadOnlyList<ITransport> Transports => _transports;

    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Listens.</summary>
    /// <returns>The listener; disposing it stops listening.</returns>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    /// <exception cref="NotSupportedException">No transport can listen there.</exception>
    public async Task<IListener> ListenAsync(Multiaddr address, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var transport = _transports.FirstOrDefault(each => each.CanListen(address))
            ?? throw new NotSupportedException($"No transport listens on {address}; there are: {string.Join(", ", _transports.Select(each => each.Name))}.");
        var inner = await transport.ListenAsync(address, new InboundSink(this), cancellation).ConfigureAwait(false);
        var listener = new HostListener(inner, Forget);
        _listeners[listener] = 0;
        foreach (var bound in listener.Addresses)
        {
            Log.Listening(Logger, bound);
        }

        ListeningChanged();
        return listener;
    }

    /// <summary>Connects to a peer at one address, which may end in <c>/p2p/…</c>; then nobody else will do.</summary>
    /// <exception cref="IOException">Unreachable, refused, or somebody else.</exception>
    public Task<Connection> ConnectAsync(Multiaddr address, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (address.Peer is { } peer)
        {
            AddressBook.Add(peer, [address], TimeSpan.FromMinutes(10));
            if (FindConnection(peer) is { IsRelayed: false } existing)
            {
                return Task.FromResult(existing);
            }
        }

        return _dialer.DialAsync(address.Peer, [address], cancellation);
    }

    /// <summary>Connects to whoever answers first at any of the addresses.</summary>
    /// <exception cref="IOException">Nobody answers.</exception>
    public Task<Connection> ConnectAsync(IReadOnlyList<Multiaddr> addresses, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _dialer.DialAsync(null, addresses, cancellation);
    }

    /// <summary>Connects to a peer, or returns the connection there is.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="addresses">Where, in addition to what the address book knows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">No address is known, or none answers.</exception>
    public Task<Connection> ConnectAsync(PeerId peer, IEnumerable<Multiaddr>? addresses = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (FindConnection(peer) is { } existing)
        {
            return Task.FromResult(existing);
        }

        return _dialer.DialAsync(peer, [.. addresses ?? [], .. AddressBook.Get(peer)], cancellation);
    }

    /// <summary>Dials addresses of a peer whether or not there is a connection already.</summary>
    /// <exception cref="IOException">None answers.</exception>
    internal Task<Connection> DialDirectAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, PortUse port, CancellationToken cancellation) =>
        _dialer.DialAnewAsync(peer, addresses, port, cancellation);

    /// <summary>Opens a stream to a peer, connecting first when necessary.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="protocol">Protocol id.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">Unreachable, or the peer does not speak the protocol.</exception>
    public Task<MuxedStream> OpenStreamAsync(PeerId peer, string protocol, CancellationToken cancellation = default) =>
        OpenStreamAsync(peer, [protocol], cancellation);

    /// <summary>Opens a stream in the first protocol the peer speaks.</summary>
    /// <exception cref="IOException">Unreachable, or the peer speaks none of the protocols.</exception>
    public async Task<MuxedStream> OpenStreamAsync(PeerId peer, IReadOnlyList<string> protocols, CancellationToken cancellation = default)
    {
        var connection = await ConnectAsync(peer, cancellation: cancellation).ConfigureAwait(false);
        return await connection.OpenStreamAsync(protocols, cancellation).ConfigureAwait(false);
    }

    /// <summary>Serves a protocol.</summary>
    /// <exception cref="InvalidOperationException">It is served already.</exception>
    public void Handle(IProtocolHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _protocols.Add(handler);
    }

    /// <summary>Serves a protocol with a function. When it returns, the stream is closed; when it throws, reset.</summary>
    /// <exception cref="InvalidOperationException">It is served already.</exception>
    public void Handle(string protocol, Func<MuxedStream, Connection, CancellationToken, Task> handler, StreamPolicy? policy = null) =>
        Handle(new DelegateHandler(protocol, handler, policy ?? new StreamPolicy()));

    /// <summary>Stops serving a protocol; streams that are open go on.</summary>
    public bool StopHandling(string protocol) => _protocols.Remove(protocol);

    /// <summary>The connection to use for new streams: direct before relayed, then the newest.</summary>
    public Connection? FindConnection(PeerId peer) => _connections.Values
        .Where(connection => connection.RemotePeer == peer && !connection.Closed.IsCompleted)
        .OrderBy(connection => connection.IsRelayed).ThenBy(connection => connection.IsLimited).ThenByDescending(connection => connection.Id)
        .FirstOrDefault();

    /// <summary>The connection with this number, while it is open.</summary>
    public Connection? FindConnection(long id) => _connections.GetValueOrDefault(id) is { Closed.IsCompleted: false } connection ? connection : null;

    /// <summary>Closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _idleTimer.DisposeAsync().ConfigureAwait(false);
        _identify?.Dispose();
        foreach (var gate in _gates)
        {
            gate.Changed -= CloseRefused;
        }

        foreach (var listener in _listeners.Keys)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_connections.Values.Select(connection => connection.CloseAsync().AsTask())).ConfigureAwait(false);
        foreach (var transport in _transports)
        {
            await transport.DisposeAsync().ConfigureAwait(false);
        }

        Metrics.Dispose();
    }

    internal void RaiseIdentified(Connection connection, IdentifyMessage message) => Raise(() => PeerIdentified?.Invoke(connection, message));

    internal bool IsDialAllowed(PeerId? peer, Multiaddr address, out string gate)
    {
        gate = _gates.FirstOrDefault(each => !each.AllowsDial(peer, address))?.Name ?? "";
        return gate.Length == 0;
    }

    internal bool IsPeerAllowed(PeerId peer, out string gate)
    {
        gate = _gates.FirstOrDefault(each => !each.AllowsPeer(peer))?.Name ?? "";
        return gate.Length == 0;
    }

    /// <summary>A listener has other addresses than before.</summary>
    internal void ListeningChanged() => Raise(Addresses.ListeningChanged);

    internal bool IsAcceptAllowed(Multiaddr remote, out string gate)
    {
        gate = _gates.FirstOrDefault(each => !each.AllowsAccept(remote))?.Name ?? "";
        return gate.Length == 0;
    }

    private void Forget(HostListener listener)
    {
        _listeners.TryRemove(listener, out _);
        ListeningChanged();
    }

    /// <summary>Tells subscribers; their mistakes are logged and stay theirs.</summary>
    internal void Raise(Action subscribers)
    {
        try
        {
            subscribers();
        }
#pragma warning disable CA1031 // a subscriber's mistake must not take the connection down
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.SubscriberFailed(Logger, e);
        }
    }
}
