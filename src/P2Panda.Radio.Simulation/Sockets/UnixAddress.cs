using System.Net.Sockets;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>An address of the form <c>unix:PATH</c>.</summary>
public static class UnixAddress
{
    private const string Scheme = "unix:";
    private const int MaxPathBytes = 107;

    /// <summary>The path in an address, or why it is none.</summary>
    public static bool TryParse(string? address, out string path, out string problem)
    {
        path = "";
        problem = "";
        if (address is null || !address.StartsWith(Scheme, StringComparison.Ordinal) || address.Length == Scheme.Length)
        {
            problem = $"'{address}' is not an address of the form unix:PATH, for example unix:/tmp/ether.sock";
            return false;
        }

        path = Path.GetFullPath(address[Scheme.Length..]);
        if (System.Text.Encoding.UTF8.GetByteCount(path) <= MaxPathBytes)
            return true;
        problem = $"{path} is longer than the {MaxPathBytes} bytes that the path of a socket may have";
        return false;
    }

    /// <summary>Listens at a path, in place of a socket that nobody listens at any more.</summary>
    /// <exception cref="SocketException">Somebody does, or there is something else, or the folder is missing.</exception>
    internal static Socket Listen(string path, int backlog)
    {
        // A socket has no length; a file with something in it is not ours to delete.
        if (new FileInfo(path) is { Exists: true, Length: 0 } && !IsAnswered(path))
            File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsAnswered(string path)
    {
        try
        {
            using var socket = Connect(path);
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
