namespace P2Panda.Libp2p.Negotiation;

/// <summary>
/// What a handshake reads from and writes to. Bytes that arrived behind the handshake stay in <see cref="Buffered"/> for
/// whoever comes next: lazy dialers send them before they have our answer.
/// </summary>
internal abstract class HandshakeIO
{
    /// <summary>Received and not yet consumed.</summary>
    public abstract ReadOnlyMemory<byte> Buffered { get; }

    /// <summary>Drops bytes from the front of <see cref="Buffered"/>.</summary>
    public abstract void Consume(int count);

    /// <summary>Waits for more; false at the end.</summary>
    public abstract ValueTask<bool> FillAsync(CancellationToken cancellation);

    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);
}
