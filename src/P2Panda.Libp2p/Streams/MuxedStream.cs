using System.Buffers;
using System.IO.Pipelines;

namespace P2Panda.Libp2p;

/// <summary>
/// One stream of a connection: a <see cref="Stream"/> for applications, with the pipes underneath for protocol code that must
/// peek or leave bytes unread. Both views share one position. Reading grants the peer credit as bytes are consumed.
/// </summary>
public abstract class MuxedStream : Stream
{
    /// <summary>Largest piece a single write hands to the pipe, bytes: what bounds buffering is the pipe, not the caller's array.</summary>
    private const int WritePiece = 64 * 1024;

    private bool _disposed;
    private Action? _onFinished;

    /// <summary>Received bytes.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>Bytes to send. Flushing waits while the peer is slow.</summary>
    public abstract PipeWriter Output { get; }

    /// <summary>The protocol that was negotiated; empty before.</summary>
    public string Protocol { get; internal set; } = "";

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !_disposed;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Says that nothing more will be written; the peer reads to the end. Reading goes on.</summary>
    public virtual ValueTask CompleteWritesAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Output.CompleteAsync();
    }

    /// <summary>Ends both directions at once and discards what is on the way. Harmless on a finished stream.</summary>
    /// <param name="code">Told to the peer where the muxer can (QUIC); 0 is "no reason".</param>
    public abstract void Reset(ulong code = 0);

    /// <inheritdoc/>
    /// <exception cref="StreamResetException">The peer or the connection ended the stream.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var result = await Input.ReadAsync(cancellationToken).ConfigureAwait(false);
        var available = result.Buffer;
        if (available.IsEmpty)
        {
            Input.AdvanceTo(available.End);
            return 0;
        }

        var count = (int)Math.Min(available.Length, buffer.Length);
        var taken = available.Slice(0, count);
        taken.CopyTo(buffer.Span);
        Input.AdvanceTo(taken.End);
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    /// <exception cref="StreamResetException">The peer or the connection ended the stream.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        do
        {
            var piece = buffer[..Math.Min(buffer.Length, WritePiece)];
            buffer = buffer[piece.Length..];
            var result = await Output.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            if (result.IsCompleted)
            {
                throw new StreamResetException("The stream no longer takes data: it was reset, or its connection is closed.");
            }
        }
        while (!buffer.IsEmpty);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Not offered: a stream is asynchronous.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use ReadAsync.");

    /// <summary>Not offered: a stream is asynchronous.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use WriteAsync.");

    /// <summary>Does nothing: every write is on its way when it returns.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken) => await Output.FlushAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Closes gracefully: what was written arrives, what the peer still sends is dropped.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await Output.CompleteAsync().ConfigureAwait(false);
            await Input.CompleteAsync().ConfigureAwait(false);
            Finish();
        }

        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once, when the application closed the stream or it was torn down.</summary>
    internal void OnFinished(Action action) => _onFinished = action;

    /// <summary>The stream is of no more use to the application.</summary>
    protected void Finish() => Interlocked.Exchange(ref _onFinished, null)?.Invoke();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            Output.Complete();
            Input.Complete();
            Finish();
        }

        base.Dispose(disposing);
    }
}
