namespace P2Panda.Libp2p.Security;

/// <summary>
/// An encrypted, authenticated byte stream, shaped for a muxer: it lends out received plaintext, and collects what is to be
/// sent into few large messages. One reader and one writer at a time; both may work concurrently. Buffers are rented only
/// while there is something in them, so that idle connections cost none.
/// </summary>
internal abstract class SecureChannel : IAsyncDisposable
{
    /// <summary>Size of a rented buffer, bytes: two full noise messages.</summary>
    public const int BufferSize = 128 * 1024;

    /// <summary>The next piece of plaintext, valid until the next call; empty at the end.</summary>
    /// <exception cref="IOException">The transport broke, or the peer sent something that does not authenticate.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellation);

    /// <summary>Room for at least <paramref name="minimum"/> bytes in the current batch; empty when the batch must be flushed first.</summary>
    public abstract Span<byte> GetSpan(int minimum);

    /// <summary>Takes <paramref name="count"/> bytes of the last span.</summary>
    public abstract void Advance(int count);

    /// <summary>Sends the batch.</summary>
    public abstract ValueTask FlushAsync(CancellationToken cancellation);

    /// <summary>Gives back the buffer of a batch that stayed empty.</summary>
    public abstract void ReleaseEmptyBatch();

    /// <summary>Closes the transport. Pending calls fail.</summary>
    public abstract ValueTask DisposeAsync();
}
