using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2Panda.Libp2p;

/// <summary>
/// A SOCKS5 proxy (RFC 1928), as Tor and many VPNs offer on loopback. Names are handed to the proxy and never looked up here. With a
/// user name (RFC 1929) Tor keeps circuits of different names apart.
/// </summary>
/// <param name="EndPoint">Where it listens.</param>
/// <param name="UserName">User name, at most 255 bytes; none asks for no authentication.</param>
/// <param name="Password">Password.</param>
public sealed record SocksProxy(IPEndPoint EndPoint, string? UserName = null, string Password = "")
{
    private const byte Version = 5;
    private const byte NoAuthentication = 0;
    private const byte UserAndPassword = 2;
    private const byte Connect = 1;
    private const byte IpV4 = 1;
    private const byte Domain = 3;
    private const byte IpV6 = 4;

    /// <summary>Connects through the proxy.</summary>
    /// <param name="host">IP address or name; the proxy resolves names.</param>
    /// <param name="port">Port.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The proxy is not there, or cannot or will not connect.</exception>
    internal async ValueTask<Socket> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(EndPoint, cancellation).ConfigureAwait(false);
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            await GreetAsync(stream, cancellation).ConfigureAwait(false);
            await RequestAsync(stream, host, port, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e is SocketException ? new IOException($"The SOCKS proxy at {EndPoint} is not there: {e.Message}", e) : e;
        }
    }

    private static byte[] AddressOf(string host)
    {
        if (IPAddress.TryParse(host, out var ip))
        {
            return [ip.AddressFamily == AddressFamily.InterNetwork ? IpV4 : IpV6, .. ip.GetAddressBytes()];
        }

        var name = Encoding.ASCII.GetBytes(host);
        return name.Length <= byte.MaxValue ? [Domain, (byte)name.Length, .. name] : throw new IOException($"The name {host} is too long.");
    }

    private static string Meaning(byte reply) => reply switch
    {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "took too long",
        7 or 8 => "not supported by the proxy",
        _ => $"reply {reply}",
    };

    private async ValueTask GreetAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var method = UserName is null ? NoAuthentication : UserAndPassword;
        await stream.WriteAsync((byte[])[Version, 1, method], cancellation).ConfigureAwait(false);
        var answer = new byte[2];
        await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
        if (answer[0] != Version || answer[1] != method)
        {
            throw new IOException($"The SOCKS proxy at {EndPoint} does not accept {(UserName is null ? "clients without a user name" : "user names")}.");
        }

        if (UserName is not null)
        {
            var (user, password) = (Encoding.UTF8.GetBytes(UserName), Encoding.UTF8.GetBytes(Password));
            await stream.WriteAsync((byte[])[1, (byte)user.Length, .. user, (byte)password.Length, .. password], cancellation).ConfigureAwait(false);
            await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
            if (answer[1] != 0)
            {
                throw new IOException($"The SOCKS proxy at {EndPoint} refuses the user name.");
            }
        }
    }

    private async ValueTask RequestAsync(NetworkStream stream, string host, int port, CancellationToken cancellation)
    {
        var portBytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(portBytes, (ushort)port);
        await stream.WriteAsync((byte[])[Version, Connect, 0, .. AddressOf(host), .. portBytes], cancellation).ConfigureAwait(false);
        var head = new byte[5];
        await stream.ReadExactlyAsync(head, cancellation).ConfigureAwait(false);
        if (head[0] != Version || head[1] != 0)
        {
            throw new IOException($"The SOCKS proxy at {EndPoint} cannot connect to {host}:{port}: {Meaning(head[1])}.");
        }

        // The bound address, which is of no interest; its first byte is read already.
        var rest = head[3] switch
        {
            IpV4 => 3,
            IpV6 => 15,
            Domain => head[4],
            _ => throw new IOException($"The SOCKS proxy at {EndPoint} answers with an unknown kind of address."),
        };
        await stream.ReadExactlyAsync(new byte[rest + 2], cancellation).ConfigureAwait(false);
    }
}
