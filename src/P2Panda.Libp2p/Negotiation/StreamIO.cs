namespace P2Panda.Libp2p.Negotiation;

/// <summary>Handshake over a byte stream, with a buffer that grows to the largest handshake message and no further.</summary>
internal sealed class StreamIO(Stream stream) : HandshakeIO
{
    /// <summary>A noise message of any size fits: 65535 bytes and its length.</summary>
    private const int MaxBuffer = 2 + ushort.MaxValue;

    private byte[] _buffer = new byte[1024];
    private int _start;
    private int _end;

    public override ReadOnlyMemory<byte> Buffered => _buffer.AsMemory(_start, _end - _start);

    public override void Consume(int count) => _start += count;

    public override async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_end == _buffer.Length)
        {
            var size = _end - _start;
            if (size == MaxBuffer)
            {
                return false;
            }

            var target = size * 2 > _buffer.Length ? new byte[Math.Min(_buffer.Length * 2, MaxBuffer)] : _buffer;
            Buffer.BlockCopy(_buffer, _start, target, 0, size);
            (_buffer, _start, _end) = (target, 0, size);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => stream.WriteAsync(bytes, cancellation);
}
