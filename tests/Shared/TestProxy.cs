using System.Net;
using System.Net.Sockets;
using System.Text;

namespace P2Panda.Tests;

/// <summary>A SOCKS5 proxy that notes where its clients want to go, and brings them where the test says.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<string, int, IPEndPoint> _route;
    private readonly Task _loop;

    public TestProxy(IPEndPoint bind, Func<string, int, IPEndPoint> route)
    {
        _route = route;
        _listener.Bind(bind);
        _listener.Listen();
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _loop = RunAsync();
    }

    public IPEndPoint EndPoint { get; }

    public List<string> Requests { get; } = [];

    public bool Refuse { get; set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        var head = new byte[5];
        await stream.ReadExactlyAsync(head.AsMemory(0, 3));
        await stream.WriteAsync(new byte[] { 5, 0 });
        await stream.ReadExactlyAsync(head);
        var rest = new byte[(head[3] switch { 1 => 3, 4 => 15, _ => head[4] }) + 2];
        await stream.ReadExactlyAsync(rest);
        var host = head[3] == 3 ? Encoding.ASCII.GetString(rest[..^2]) : new IPAddress([head[4], .. rest[..^2]]).ToString();
        var port = (rest[^2] << 8) | rest[^1];
        Requests.Add($"{host}:{port}");
        await stream.WriteAsync(new byte[] { 5, (byte)(Refuse ? 5 : 0), 0, 1, 0, 0, 0, 0, 0, 0 });
        if (Refuse)
        {
            return;
        }

        using var onward = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await onward.ConnectAsync(_route(host, port));
        await using var there = new NetworkStream(onward);
        try
        {
            await Task.WhenAny(stream.CopyToAsync(there), there.CopyToAsync(stream));
        }
        catch (IOException)
        {
            // Either end is gone.
        }
    }
}
