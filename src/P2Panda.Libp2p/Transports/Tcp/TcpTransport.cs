using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p;

/// <summary>TCP, upgraded with noise or TLS and yamux.</summary>
public sealed class TcpTransport : ITransport
{
    private readonly ConnectionUpgrader _upgrader;
    private readonly TcpOptions _options;
    /// <summary>How long a dial through a hole waits for the peer's that holds its pair of ports and is about to be accepted.</summary>
    private static readonly TimeSpan MeetingPatience = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly ConcurrentDictionary<IPEndPoint, TaskCompletionSource<Socket>> _meetings = new();

    /// <summary>A transport that upgrades with <paramref name="upgrader"/>.</summary>
    public TcpTransport(ConnectionUpgrader upgrader, TcpOptions? options = null)
    {
        _upgrader = upgrader;
        _options = options ?? new TcpOptions();
    }

    /// <inheritdoc/>
    public string Name => "tcp";

    /// <inheritdoc/>
    public bool CanDial(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _options.Proxy is not null
            ? TryGetHost(address, out _, out var port) && port != 0
            : TryGetEndPoint(address, out var endPoint) && endPoint.Port != 0 && !IsUnspecified(endPoint);
    }

    /// <inheritdoc/>
    public bool CanListen(Multiaddr address) => TryGetEndPoint(address, out _);

    /// <inheritdoc/>
    public async ValueTask<IMuxedConnection> DialAsync(DialRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_options.Proxy is { } proxy)
        {
            return await DialThroughAsync(proxy, request, cancellation).ConfigureAwait(false);
        }

        if (!TryGetEndPoint(request.Address, out var endPoint))
        {
            throw new ArgumentException($"{request.Address} is not a TCP address.", nameof(request));
        }

        var socket = request is { Port: PortUse.ReuseOnly, Role: HandshakeRole.Dialer }
            ? await MeetAsync(endPoint, cancellation).ConfigureAwait(false)
            : await ConnectAsync(endPoint, request.Port, cancellation).ConfigureAwait(false);
        var local = Multiaddr.FromEndPoint((IPEndPoint)socket.LocalEndPoint!, MultiaddrProtocol.Tcp);
        var raw = new RawConnection(new NetworkStream(socket, ownsSocket: true), local, request.Address.WithoutPeer(), Name);
        return await _upgrader.UpgradeAsync(raw, request.Role, request.Expected, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IListener> ListenAsync(Multiaddr address, IConnectionSink sink, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!TryGetEndPoint(address, out var endPoint))
        {
            throw new ArgumentException($"{address} is not a TCP address.", nameof(address));
        }

        cancellation.ThrowIfCancellationRequested();
        try
        {
            var listener = new TcpListener(endPoint, _options, _upgrader, sink, IsMeeting, Forget);
            lock (_gate)
            {
                _listeners.Add(listener);
            }

            listener.Start();
            return new(listener);
        }
        catch (SocketException e)
        {
            throw new IOException($"Cannot listen on {address}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        TcpListener[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsUnspecified(IPEndPoint endPoint) => endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);

    /// <summary>Exactly <c>/ip4|ip6/…/tcp/port[/p2p/…]</c>: what follows TCP otherwise is another transport.</summary>
    private static bool TryGetEndPoint(Multiaddr address, out IPEndPoint endPoint)
    {
        endPoint = null!;
        return address.WithoutPeer().Components.Count == 2 && address.TryGetEndPoint(MultiaddrProtocol.Tcp, out endPoint!);
    }

    /// <summary>What a proxy can be asked for: an IP address, a name or an onion service, and a port.</summary>
    private static bool TryGetHost(Multiaddr address, out string host, out int port)
    {
        (host, port) = ("", 0);
        var parts = address.WithoutPeer().Components;
        if (parts is [{ Protocol.Name: "onion3" }])
        {
            // Text form: sixteen letters or more, a colon, the port.
            var text = parts[0].ValueText.Split(':');
            host = text[0] + ".onion";
            return text.Length == 2 && int.TryParse(text[1], out port);
        }

        if (parts.Count != 2 || parts[1].Protocol != MultiaddrProtocol.Tcp || parts[0].Protocol.Name is not ("ip4" or "ip6" or "dns" or "dns4" or "dns6"))
        {
            return false;
        }

        host = parts[0].ValueText;
        port = BinaryPrimitives.ReadUInt16BigEndian(parts[1].Value.Span);
        return true;
    }

    private async ValueTask<IMuxedConnection> DialThroughAsync(SocksProxy proxy, DialRequest request, CancellationToken cancellation)
    {
        if (request.Port != PortUse.Reuse || !TryGetHost(request.Address, out var host, out var port))
        {
            throw new IOException($"{request.Address} cannot be dialed through a proxy.");
        }

        var socket = await proxy.ConnectAsync(host, port, cancellation).ConfigureAwait(false);
        var local = Multiaddr.FromEndPoint((IPEndPoint)socket.LocalEndPoint!, MultiaddrProtocol.Tcp);
        var raw = new RawConnection(new NetworkStream(socket, ownsSocket: true), local, request.Address.WithoutPeer(), Name);
        return await _upgrader.UpgradeAsync(raw, request.Role, request.Expected, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// A dial through a hole, as the side that is client. Both sides dial: the peer's dial may reach our listener before ours leaves. It is
    /// the connection we want then, and we are its client although it was accepted; the peer takes itself for the server in any case.
    /// </summary>
    private async ValueTask<Socket> MeetAsync(IPEndPoint target, CancellationToken cancellation)
    {
        var meeting = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_meetings.TryAdd(target, meeting))
        {
            return await ConnectAsync(target, PortUse.ReuseOnly, cancellation).ConfigureAwait(false);
        }

        try
        {
            return await ConnectAsync(target, PortUse.ReuseOnly, cancellation).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable })
        {
            await Task.WhenAny(meeting.Task, Task.Delay(MeetingPatience, cancellation)).ConfigureAwait(false);
            _meetings.TryRemove(target, out _);
            if (meeting.TrySetCanceled(CancellationToken.None))
            {
                throw;
            }

            return await meeting.Task.ConfigureAwait(false);
        }
        finally
        {
            _meetings.TryRemove(target, out _);
        }
    }

    /// <summary>Whether a connection that was accepted is one that a dial of ours waits for; it takes the socket then.</summary>
    private bool IsMeeting(IPEndPoint remote, Socket socket) =>
        _meetings.TryGetValue(remote, out var meeting) && meeting.TrySetResult(socket);

    private async ValueTask<Socket> ConnectAsync(IPEndPoint target, PortUse portUse, CancellationToken cancellation)
    {
        if (portUse != PortUse.New && _options.PortReuse && FindListener(target) is { } local)
        {
            var reused = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                // On Linux this sets SO_REUSEADDR and SO_REUSEPORT.
                reused.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                reused.NoDelay = true;
                reused.Bind(local);
                await reused.ConnectAsync(target, cancellation).ConfigureAwait(false);
                return reused;
            }
            catch (SocketException e) when (portUse == PortUse.Reuse && e.SocketErrorCode is (SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable))
            {
                // The same pair of ports is in use or in TIME_WAIT: a fresh port does.
                reused.Dispose();
            }
            catch (Exception e)
            {
                reused.Dispose();
                throw Unreachable(target, e);
            }
        }

        if (portUse == PortUse.ReuseOnly)
        {
            throw new IOException($"Cannot connect to {target} from a listening port: there is none that is shared.");
        }

        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw Unreachable(target, e);
        }
    }

    private static Exception Unreachable(IPEndPoint target, Exception e) =>
        e is SocketException ? new IOException($"Cannot connect to {target}: {e.Message}", e) : e;

    /// <summary>Prefers a listener on the interface the target is on; loopback targets see loopback listeners only.</summary>
    private IPEndPoint? FindListener(IPEndPoint target)
    {
        lock (_gate)
        {
            return _listeners
                .Select(listener => listener.Bound)
                .Where(bound => bound.AddressFamily == target.AddressFamily)
                .Where(bound => IsUnspecified(bound) || IPAddress.IsLoopback(bound.Address) == IPAddress.IsLoopback(target.Address))
                .OrderBy(IsUnspecified)
                .FirstOrDefault();
        }
    }

    private void Forget(TcpListener listener)
    {
        lock (_gate)
        {
            _listeners.Remove(listener);
        }
    }
}
