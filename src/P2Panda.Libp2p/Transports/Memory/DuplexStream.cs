using System.Buffers;
using System.IO.Pipelines;
using P2Panda.Libp2p.Security;

namespace P2Panda.Libp2p;

/// <summary>One end of a byte stream within the process.</summary>
internal sealed class DuplexStream(PipeReader reader, PipeWriter writer) : TransportStream
{
    private static readonly PipeOptions Options = new(pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, useSynchronizationContext: false);

    public static (DuplexStream Near, DuplexStream Far) CreatePair()
    {
        var there = new Pipe(Options);
        var back = new Pipe(Options);
        return (new DuplexStream(back.Reader, there.Writer), new DuplexStream(there.Reader, back.Writer));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var count = (int)Math.Min(result.Buffer.Length, buffer.Length);
            var taken = result.Buffer.Slice(0, count);
            taken.CopyTo(buffer.Span);
            reader.AdvanceTo(taken.End);
            return count;
        }
        catch (InvalidOperationException e)
        {
            throw new IOException("The stream is closed.", e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (result.IsCompleted)
            {
                throw new IOException("The other end is closed.");
            }
        }
        catch (InvalidOperationException e)
        {
            throw new IOException("The stream is closed.", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            writer.Complete();
            reader.CancelPendingRead();
            reader.Complete();
        }

        base.Dispose(disposing);
    }
}
