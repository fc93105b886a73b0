using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>
/// Lines of text over a socket. Sending never waits: a peer that does not read what it is sent is cut off, and so is one that sends a line
/// longer than <see cref="MaxLineBytes"/>.
/// </summary>
internal sealed class LineConnection : IDisposable
{
    public const int MaxLineBytes = 4096;
    private const int MaxWaiting = 1024;

    private readonly Socket _socket;
    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly byte[] _buffer = new byte[MaxLineBytes];
    private int _start;
    private int _end;
    private int _disposed;

    public LineConnection(Socket socket)
    {
        _socket = socket;
        _ = WriteAsync();
    }

    /// <summary>Whether neither side has closed, as far as is known.</summary>
    public bool IsOpen => _disposed == 0;

    /// <summary>Queues a line; false when the peer is gone or does not keep up, and then it is cut off.</summary>
    public bool TrySend(string line)
    {
        if (_waiting.Writer.TryWrite(line))
            return true;
        Dispose();
        return false;
    }

    /// <summary>Sends what is queued, then closes.</summary>
    public void Finish() => _waiting.Writer.TryComplete();

    /// <summary>The next line without its end, or none when the peer is gone or has sent too long a line.</summary>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
                if (length >= 0)
                {
                    var line = Encoding.UTF8.GetString(_buffer, _start, length).TrimEnd('\r');
                    _start += length + 1;
                    return line;
                }

                if (_start > 0)
                {
                    _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                    (_start, _end) = (0, _end - _start);
                }

                if (_end == _buffer.Length)
                    return null;
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
                if (read == 0)
                    return null;
                _end += read;
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _waiting.Writer.TryComplete();
        _socket.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var line in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(line + "\n");
                while (!rest.IsEmpty)
                    rest = rest[await _socket.SendAsync(rest).ConfigureAwait(false)..];
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The reading side finds out too.
        }

        Dispose();
    }
}
