using System.Buffers;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>
/// Copies between two streams until both have ended, a limit is reached or one breaks. Bytes go from the one's pipe to the other's;
/// a slow reader makes its sender wait and nobody else.
/// </summary>
internal sealed class Circuit(MuxedStream source, MuxedStream target, CircuitLimit limit, TimeProvider time, Action<long> count)
{
    private long _bytes;

    /// <summary>Bytes forwarded, both directions.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Runs to the end; the text says which.</summary>
    public async Task<string> RunAsync(CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var life = limit.Duration > TimeSpan.Zero ? new CancellationTokenSource(limit.Duration, time) : null;
        using var onLife = life?.Token.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), over);
        var there = PumpAsync(source, target, over);
        var back = PumpAsync(target, source, over);
        var ends = await Task.WhenAll(there, back).ConfigureAwait(false);
        if (ends.FirstOrDefault(end => end.Length > 0) is not { } failure)
        {
            return "both sides ended it";
        }

        source.Reset();
        target.Reset();
        return life?.IsCancellationRequested == true ? "its time is over" : failure;
    }

    private async Task<string> PumpAsync(MuxedStream from, MuxedStream to, CancellationTokenSource over)
    {
        var left = limit.Data == 0 ? ulong.MaxValue : limit.Data;
        try
        {
            while (true)
            {
                var read = await from.Input.ReadAsync(over.Token).ConfigureAwait(false);
                var allowed = read.Buffer.Slice(0, (long)Math.Min((ulong)read.Buffer.Length, left));
                var isTooMuch = allowed.Length < read.Buffer.Length;
                left -= limit.Data == 0 ? 0 : (ulong)allowed.Length;
                Interlocked.Add(ref _bytes, allowed.Length);
                count(allowed.Length);
                var flushed = await ForwardAsync(allowed, to, over.Token).ConfigureAwait(false);
                from.Input.AdvanceTo(allowed.End);
                if (isTooMuch || !flushed)
                {
                    await over.CancelAsync().ConfigureAwait(false);
                    return isTooMuch ? "its bytes are used up" : "one side stopped reading";
                }

                if (read.IsCompleted)
                {
                    await to.CompleteWritesAsync(over.Token).ConfigureAwait(false);
                    return "";
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            await over.CancelAsync().ConfigureAwait(false);
            return e is OperationCanceledException ? "the other direction ended" : e.Message;
        }
    }

    private static async ValueTask<bool> ForwardAsync(ReadOnlySequence<byte> bytes, MuxedStream to, CancellationToken cancellation)
    {
        foreach (var segment in bytes)
        {
            if ((await to.Output.WriteAsync(segment, cancellation).ConfigureAwait(false)).IsCompleted)
            {
                return false;
            }
        }

        return true;
    }
}
