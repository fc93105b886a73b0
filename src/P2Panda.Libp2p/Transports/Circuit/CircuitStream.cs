using System.Buffers;
using P2Panda.Libp2p.Security;

namespace P2Panda.Libp2p;

/// <summary>A muxed stream as the byte stream below another connection: here a read into nothing waits for data.</summary>
internal sealed class CircuitStream(MuxedStream stream) : TransportStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await stream.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
            taken.CopyTo(buffer.Span);
            var count = (int)taken.Length;
            stream.Input.AdvanceTo(taken.End);
            return count;
        }
        catch (InvalidOperationException e)
        {
            throw new IOException("The circuit is closed.", e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await stream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException e)
        {
            throw new IOException("The circuit is closed.", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
