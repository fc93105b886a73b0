namespace P2Panda.Documents.Queries;

/// <summary>Reads a file piece by piece: never more than one is in memory.</summary>
internal sealed class BlobStream(BlobRecord blob, Func<BlobPiece, CancellationToken, Task<byte[]>> read) : Stream
{
    private BlobPiece? _piece;
    private byte[] _bytes = [];
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => blob.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        if (_piece is null || _position < _piece.Start || _position >= _piece.Start + _piece.Length)
        {
            _piece = blob.Pieces.First(piece => _position < piece.Start + piece.Length);
            _bytes = await read(_piece, cancellationToken).ConfigureAwait(false);
        }

        var part = _bytes.AsMemory((int)(_position - _piece.Start));
        part = part[..Math.Min(part.Length, buffer.Length)];
        part.CopyTo(buffer);
        _position += part.Length;
        return part.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
