using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p;

/// <summary>One listening TCP socket. Each inbound connection is admitted, then upgraded on its own.</summary>
internal sealed class TcpListener : IListener
{
    private readonly Socket _socket;
    private readonly ConnectionUpgrader _upgrader;
    private readonly IConnectionSink _sink;
    private readonly Func<IPEndPoint, Socket, bool> _isMeeting;
    private readonly Action<TcpListener> _forget;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <param name="endPoint">Where to listen.</param>
    /// <param name="options">Backlog and port sharing.</param>
    /// <param name="upgrader">Upgrades what is accepted.</param>
    /// <param name="sink">Admits it.</param>
    /// <param name="isMeeting">Whether a dial of ours waits for a connection from there; it takes the socket then.</param>
    /// <param name="forget">Told when the listener ends.</param>
    public TcpListener(
        IPEndPoint endPoint, TcpOptions options, ConnectionUpgrader upgrader, IConnectionSink sink, Func<IPEndPoint, Socket, bool> isMeeting, Action<TcpListener> forget)
    {
        _isMeeting = isMeeting;
        _upgrader = upgrader;
        _sink = sink;
        _forget = forget;
        if (options.PortReuse && endPoint.Port != 0)
        {
            // A shared port would be taken silently from another process of ours: this refuses it.
            using var probe = NewSocket(endPoint);
            probe.Bind(endPoint);
        }

        _socket = NewSocket(endPoint);
        try
        {
            if (options.PortReuse)
            {
                _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }

            _socket.Bind(endPoint);
            _socket.Listen(options.Backlog);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }

        Bound = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint Bound { get; }

    public IReadOnlyList<Multiaddr> Addresses => InterfaceAddresses.Expand(Bound).Select(each => Multiaddr.FromEndPoint(each, MultiaddrProtocol.Tcp)).ToList();

    public void Start() => _loop = AcceptLoopAsync();

    public async ValueTask DisposeAsync()
    {
        _forget(this);
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static Socket NewSocket(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = false;
        }

        return socket;
    }

    private async Task AcceptLoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted)
            {
                return;
            }
            catch (SocketException)
            {
                // The peer went away between SYN and accept, or descriptors ran out: neither ends the listener.
                await Task.Yield();
                continue;
            }

            _ = HandleAsync(socket);
        }
    }

    private async Task HandleAsync(Socket socket)
    {
        Multiaddr local, remote;
        try
        {
            socket.NoDelay = true;
            if (_isMeeting((IPEndPoint)socket.RemoteEndPoint!, socket))
            {
                return;
            }

            local = Multiaddr.FromEndPoint((IPEndPoint)socket.LocalEndPoint!, MultiaddrProtocol.Tcp);
            remote = Multiaddr.FromEndPoint((IPEndPoint)socket.RemoteEndPoint!, MultiaddrProtocol.Tcp);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            socket.Dispose();
            return;
        }

        if (!_sink.TryAdmit(local, remote, out var pending))
        {
            socket.Close(0);
            return;
        }

        using (pending)
        {
            try
            {
                var raw = new RawConnection(new NetworkStream(socket, ownsSocket: true), local, remote, "tcp");
                var connection = await _upgrader.UpgradeAsync(raw, HandshakeRole.Listener, expected: null, _stop.Token).ConfigureAwait(false);
                pending.Complete(connection);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                pending.Fail(e.Message);
            }
        }
    }
}
