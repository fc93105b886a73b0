using System.Buffers;

namespace P2Panda.Libp2p;

/// <summary>Messages with a varint length in front. The bound is checked before anything is allocated or waited for.</summary>
public static class MessageFraming
{
    /// <summary>Reads one message.</summary>
    /// <param name="stream">The stream; bytes behind the message stay unread.</param>
    /// <param name="maxLength">Longest body that is accepted, bytes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The message, or why there is none.</returns>
    public static async ValueTask<FramedMessage> ReadMessageAsync(this MuxedStream stream, int maxLength, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        while (true)
        {
            var read = await stream.Input.ReadAsync(cancellation).ConfigureAwait(false);
            var (message, consumed) = TryRead(read.Buffer, maxLength);
            if (message.Result != FrameResult.Incomplete)
            {
                stream.Input.AdvanceTo(consumed);
                return message;
            }

            var empty = read.Buffer.IsEmpty;
            stream.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return new(empty ? FrameResult.Ended : FrameResult.Incomplete, default);
            }
        }
    }

    /// <summary>Writes one message.</summary>
    public static ValueTask WriteMessageAsync(this MuxedStream stream, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var frame = new byte[VarInt.LengthOf((ulong)body.Length) + body.Length];
        var prefix = VarInt.Write(frame, (ulong)body.Length);
        body.Span.CopyTo(frame.AsSpan(prefix));
        return stream.WriteAsync(frame, cancellation);
    }

    private static (FramedMessage Message, SequencePosition Consumed) TryRead(ReadOnlySequence<byte> buffer, int maxLength)
    {
        Span<byte> prefix = stackalloc byte[VarInt.MaxLength];
        var head = buffer.Slice(0, Math.Min(buffer.Length, VarInt.MaxLength));
        head.CopyTo(prefix);
        var result = VarInt.TryRead(prefix[..(int)head.Length], out var length, out var used);
        if (result == VarIntResult.Incomplete)
        {
            return (new(FrameResult.Incomplete, default), buffer.Start);
        }

        if (result != VarIntResult.Ok)
        {
            return (new(FrameResult.Malformed, default), buffer.Start);
        }

        if (length > (ulong)maxLength)
        {
            return (new(FrameResult.TooLong, default), buffer.Start);
        }

        if (buffer.Length < used + (long)length)
        {
            return (new(FrameResult.Incomplete, default), buffer.Start);
        }

        var body = buffer.Slice(used, (long)length);
        return (new(FrameResult.Ok, body.ToArray()), body.End);
    }
}
