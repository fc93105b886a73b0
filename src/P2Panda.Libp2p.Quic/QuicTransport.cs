using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;
using P2Panda.Libp2p.Quic.Sockets;
using P2Panda.Libp2p.Security.Tls;

namespace P2Panda.Libp2p.Quic;

/// <summary>
/// libp2p over QUIC version 1 (<c>/quic-v1</c>): finished, authenticated, multiplexed connections over UDP. Dials leave from the port that
/// listens, so that peers see an address they can dial, and holes can be punched.
/// </summary>
public sealed class QuicTransport : ITransport
{
    /// <summary>The transport's name.</summary>
    public const string TransportName = "quic";

    private const string SecretLabel = "libp2p quic stateless reset key";

    private readonly QuicOptions _options;
    private readonly QuicContext _context;
    private readonly QuicClock _clock;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<UdpEndpoint> _listening = [];
    private readonly Dictionary<AddressFamily, UdpEndpoint> _dialing = [];
    private readonly HashSet<UdpEndpoint> _retired = [];
    private bool _disposed;

    /// <summary>Makes the transport.</summary>
    /// <param name="identity">Who we are.</param>
    /// <param name="options">Parameters; null for the defaults.</param>
    /// <param name="time">Time; null for the system's.</param>
    /// <exception cref="NotSupportedException">The native library is not available; <see cref="QuicLibrary.Problem"/> says why.</exception>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public QuicTransport(KeyPair identity, QuicOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        _options = options ?? new QuicOptions();
        _time = time ?? TimeProvider.System;
        _clock = new QuicClock(_time);
        using var certificate = TlsIdentity.Create(identity, _time.GetUtcNow());
        _context = QuicContext.Create(certificate, identity.DeriveSecret(SecretLabel), _options);
    }

    /// <inheritdoc/>
    public string Name => TransportName;

    /// <inheritdoc/>
    public bool CanDial(Multiaddr address) => QuicAddress.TryParse(address, out var endPoint) && QuicAddress.IsDialable(endPoint);

    /// <inheritdoc/>
    public bool CanListen(Multiaddr address) => QuicAddress.TryParse(address, out _) && address.Peer is null;

    /// <inheritdoc/>
    public async ValueTask<IMuxedConnection> DialAsync(DialRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!QuicAddress.TryParse(request.Address, out var endPoint) || !QuicAddress.IsDialable(endPoint))
        {
            throw new IOException($"QUIC cannot dial {request.Address}.");
        }

        cancellation.ThrowIfCancellationRequested();
        var endpoint = EndpointFor(endPoint, request.Port, out var isOwn);
        try
        {
            var remote = NativeAddress.From(endPoint);
            var connection = request.Role == HandshakeRole.Listener
                ? await HolePunch.AwaitAsync(endpoint.Engine, remote, request.Expected, _time, cancellation).ConfigureAwait(false)
                : await ConnectAsync(endpoint.Engine, remote, request.Expected, cancellation).ConfigureAwait(false);
            if (isOwn)
            {
                _ = connection.Closed.ContinueWith(
                    _ => Retire(endpoint), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            return connection;
        }
        catch
        {
            if (isOwn)
            {
                Retire(endpoint);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IListener> ListenAsync(Multiaddr address, IConnectionSink sink, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sink);
        cancellation.ThrowIfCancellationRequested();
        if (!CanListen(address) || !QuicAddress.TryParse(address, out var endPoint))
        {
            throw new IOException($"QUIC cannot listen on {address}.");
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var endpoint = Open(endPoint);
            endpoint.Engine.Sink = sink;
            _listening.Add(endpoint);
            return ValueTask.FromResult<IListener>(new QuicListener(endpoint, () => StopListening(endpoint)));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        UdpEndpoint[] endpoints;
        lock (_gate)
        {
            if (_disposed)
            {
                return ValueTask.CompletedTask;
            }

            _disposed = true;
            endpoints = [.. _listening, .. _dialing.Values, .. _retired];
            _listening.Clear();
            _dialing.Clear();
            _retired.Clear();
        }

        foreach (var endpoint in endpoints)
        {
            endpoint.Dispose();
        }

        _context.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The listening sockets, for tests.</summary>
    internal IReadOnlyList<UdpEndpoint> Listening
    {
        get
        {
            lock (_gate)
            {
                return [.. _listening];
            }
        }
    }

    private static async Task<QuicConnection> ConnectAsync(
        QuicEngine engine, NativeAddress remote, PeerId? expected, CancellationToken cancellation)
    {
        var connection = engine.Connect(remote, expected);
        try
        {
            await connection.Established.WaitAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.CloseAsync(ConnectionCloseReason.Normal).ConfigureAwait(false);
            throw;
        }
    }

    private UdpEndpoint Open(IPEndPoint endPoint)
    {
        try
        {
            return new UdpEndpoint(endPoint, _context, _options, _clock);
        }
        catch (SocketException exception)
        {
            throw new IOException($"QUIC cannot bind {endPoint}: {exception.Message}.", exception);
        }
    }

    /// <summary>The socket a dial leaves from: a listening one of the same family that reaches the target, else one shared by all dials.</summary>
    private UdpEndpoint EndpointFor(IPEndPoint target, PortUse port, out bool isOwn)
    {
        var any = new IPEndPoint(target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            isOwn = port == PortUse.New;
            if (isOwn)
            {
                var own = Open(any);
                _retired.Add(own);   // from the start: it lives as long as its one connection
                return own;
            }

            if (TryChooseListening(target, out var listening))
            {
                return listening;
            }

            return _dialing.TryGetValue(target.AddressFamily, out var shared) ? shared : _dialing[target.AddressFamily] = Open(any);
        }
    }

    private bool TryChooseListening(IPEndPoint target, [NotNullWhen(true)] out UdpEndpoint? chosen)
    {
        var toLoopback = IPAddress.IsLoopback(target.Address);
        var fitting = _listening
            .Where(endpoint => endpoint.LocalEndPoint.AddressFamily == target.AddressFamily)
            .Where(endpoint => QuicAddress.IsAny(endpoint.LocalEndPoint) || IPAddress.IsLoopback(endpoint.LocalEndPoint.Address) == toLoopback)
            .ToList();
        var exact = fitting.Where(endpoint => !QuicAddress.IsAny(endpoint.LocalEndPoint)).ToList();
        var candidates = toLoopback && exact.Count > 0 ? exact : fitting;
        chosen = candidates.Count == 0 ? null : candidates[(int)((uint)target.ToString().Sum(character => character) % (uint)candidates.Count)];
        return chosen is not null;
    }

    /// <summary>No new connections come in; the socket stays for those it carries and for dials.</summary>
    private void StopListening(UdpEndpoint endpoint)
    {
        endpoint.Engine.Sink = null;
        lock (_gate)
        {
            if (_listening.Remove(endpoint))
            {
                _retired.Add(endpoint);
            }
        }

        if (endpoint.Engine.ConnectionCount == 0)
        {
            Retire(endpoint);
        }
    }

    private void Retire(UdpEndpoint endpoint)
    {
        lock (_gate)
        {
            if (!_retired.Remove(endpoint))
            {
                return;
            }
        }

        endpoint.Dispose();
    }
}
