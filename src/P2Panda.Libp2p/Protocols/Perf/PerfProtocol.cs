using System.Buffers;
using System.Buffers.Binary;

namespace P2Panda.Libp2p;

/// <summary>Perf (libp2p specs, perf): the client says how much it wants back, uploads, and is sent that much. Off unless handled.</summary>
public static class PerfProtocol
{
    /// <summary>Protocol id.</summary>
    public const string ProtocolId = "/perf/1.0.0";

    private const int PieceLength = 64 * 1024;

    /// <summary>Serves perf on a host.</summary>
    public static void HandlePerf(this Libp2pHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.Handle(ProtocolId, (stream, _, cancellation) => ServeAsync(stream, cancellation));
    }

    /// <summary>Uploads, then downloads.</summary>
    /// <returns>Time of the upload until the first byte came back, and of the download.</returns>
    public static async Task<(TimeSpan Upload, TimeSpan Download)> RunAsync(
        Connection connection, long upload, long download, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(time);
        await using var stream = await connection.OpenStreamAsync([ProtocolId], cancellation).ConfigureAwait(false);
        var start = time.GetTimestamp();
        var head = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(head, (ulong)download);
        await stream.WriteAsync(head, cancellation).ConfigureAwait(false);
        await WriteAsync(stream, upload, cancellation).ConfigureAwait(false);
        await stream.CompleteWritesAsync(cancellation).ConfigureAwait(false);
        var first = await DrainAsync(stream, 1, cancellation).ConfigureAwait(false);
        var uploaded = time.GetTimestamp();
        var rest = await DrainAsync(stream, long.MaxValue, cancellation).ConfigureAwait(false);
        return first + rest == download
            ? (time.GetElapsedTime(start, uploaded), time.GetElapsedTime(uploaded))
            : throw new IOException($"Asked for {download} bytes, got {first + rest}.");
    }

    private static async Task ServeAsync(MuxedStream stream, CancellationToken cancellation)
    {
        var head = new byte[8];
        await stream.ReadExactlyAsync(head, cancellation).ConfigureAwait(false);
        await DrainAsync(stream, long.MaxValue, cancellation).ConfigureAwait(false);
        var wanted = BinaryPrimitives.ReadUInt64BigEndian(head);
        await WriteAsync(stream, (long)Math.Min(wanted, long.MaxValue), cancellation).ConfigureAwait(false);
        await stream.CompleteWritesAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task WriteAsync(MuxedStream stream, long count, CancellationToken cancellation)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        piece.AsSpan().Clear();
        for (; count > 0; count -= Math.Min(count, PieceLength))
        {
            await stream.WriteAsync(piece.AsMemory(0, (int)Math.Min(count, PieceLength)), cancellation).ConfigureAwait(false);
        }

        ArrayPool<byte>.Shared.Return(piece);
    }

    /// <summary>Reads until at least <paramref name="enough"/> bytes came, or the end; they are not copied.</summary>
    private static async Task<long> DrainAsync(MuxedStream stream, long enough, CancellationToken cancellation)
    {
        long total = 0;
        while (total < enough)
        {
            var result = await stream.Input.ReadAsync(cancellation).ConfigureAwait(false);
            total += result.Buffer.Length;
            stream.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        return total;
    }
}
