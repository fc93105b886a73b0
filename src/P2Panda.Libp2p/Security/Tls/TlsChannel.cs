using System.Buffers;
using System.Net.Security;

namespace P2Panda.Libp2p.Security.Tls;

/// <summary>A TLS connection as a secure channel. The platform cuts what we send into records.</summary>
internal sealed class TlsChannel(SslStream tls) : SecureChannel
{
    private byte[]? _rx;
    private byte[]? _tx;
    private int _txEnd;

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellation)
    {
        if (_rx is { } idle)
        {
            _rx = null;
            ArrayPool<byte>.Shared.Return(idle);
        }

        await tls.ReadAsync(Memory<byte>.Empty, cancellation).ConfigureAwait(false);
        _rx = ArrayPool<byte>.Shared.Rent(BufferSize);
        var read = await tls.ReadAsync(_rx, cancellation).ConfigureAwait(false);
        return _rx.AsMemory(0, read);
    }

    public override Span<byte> GetSpan(int minimum)
    {
        _tx ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        var room = _tx.AsSpan(_txEnd);
        return room.Length < minimum ? [] : room;
    }

    public override void Advance(int count) => _txEnd += count;

    public override async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (_tx is not { } buffer)
        {
            return;
        }

        var length = _txEnd;
        _tx = null;
        _txEnd = 0;
        if (length > 0)
        {
            await tls.WriteAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    public override void ReleaseEmptyBatch()
    {
        if (_tx is { } buffer && _txEnd == 0)
        {
            _tx = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override ValueTask DisposeAsync() => tls.DisposeAsync();
}
