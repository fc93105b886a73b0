using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace P2Panda.Libp2p;

/// <summary>
/// The body of a muxed stream: two pipes between the application and a muxer. The muxer's reader loop delivers and never waits;
/// what bounds the inbound pipe is the credit the muxer granted. The outbound pipe makes the application wait at
/// <see cref="SendBuffer"/>. All members for the muxer are safe to call from any thread.
/// </summary>
public abstract class PipedStream : MuxedStream
{
    /// <summary>Bytes an application may have written that the muxer has not taken yet.</summary>
    public const int SendBuffer = 256 * 1024;

    private const int SegmentSize = 32 * 1024;

    private static readonly PipeOptions InboundOptions =
        new(pauseWriterThreshold: 0, minimumSegmentSize: SegmentSize, useSynchronizationContext: false);

    private static readonly PipeOptions OutboundOptions =
        new(pauseWriterThreshold: SendBuffer, resumeWriterThreshold: SendBuffer / 2, minimumSegmentSize: SegmentSize, useSynchronizationContext: false);

    private readonly Lock _inGate = new();
    private readonly Lock _outGate = new();
    private readonly Pipe _in = new(InboundOptions);
    private readonly Pipe _out = new(OutboundOptions);
    private bool _inEnded;
    private bool _inAbandoned;
    private bool _inUnflushed;
    private bool _outEnded;

    /// <summary>Makes the pipes.</summary>
    protected PipedStream()
    {
        Input = new InboundReader(this);
        Output = new OutboundWriter(this);
    }

    /// <inheritdoc/>
    public sealed override PipeReader Input { get; }

    /// <inheritdoc/>
    public sealed override PipeWriter Output { get; }

    /// <summary>Appends received bytes. They become readable at the next <see cref="FlushDelivered"/>.</summary>
    /// <returns>False when the application no longer reads: the muxer counts the bytes as consumed and may stop the peer.</returns>
    public bool Deliver(ReadOnlySpan<byte> data)
    {
        lock (_inGate)
        {
            if (_inEnded || _inAbandoned)
            {
                return false;
            }

            _in.Writer.Write(data);
            _inUnflushed = true;
            return true;
        }
    }

    /// <summary>Makes delivered bytes readable. Never waits.</summary>
    public void FlushDelivered()
    {
        lock (_inGate)
        {
            if (_inUnflushed && !_inEnded && !_inAbandoned)
            {
                _inUnflushed = false;
                var flushed = _in.Writer.FlushAsync();
                Debug.Assert(flushed.IsCompleted, "The inbound pipe has no pause threshold.");
            }
        }
    }

    /// <summary>The peer has written everything.</summary>
    public void DeliverEnd()
    {
        lock (_inGate)
        {
            if (!_inEnded)
            {
                _inEnded = true;
                _in.Writer.Complete();
            }
        }
    }

    /// <summary>Takes bytes to send.</summary>
    /// <param name="destination">Where to copy them; its length is the most that is taken.</param>
    /// <param name="more">Whether bytes remain.</param>
    /// <param name="completed">Whether everything was taken and the application will not write again.</param>
    public int TakeOutput(Span<byte> destination, out bool more, out bool completed)
    {
        lock (_outGate)
        {
            more = false;
            completed = false;
            if (_outEnded || !_out.Reader.TryRead(out var result))
            {
                return 0;
            }

            var buffer = result.Buffer;
            var count = (int)Math.Min(buffer.Length, destination.Length);
            var taken = buffer.Slice(0, count);
            taken.CopyTo(destination);
            more = buffer.Length > count;
            completed = result.IsCompleted && !more;
            _out.Reader.AdvanceTo(taken.End);
            if (completed)
            {
                _outEnded = true;
                _out.Reader.Complete();
            }

            return count;
        }
    }

    /// <summary>Ends both directions for the application: reads and writes throw.</summary>
    public void Terminate(Exception reason)
    {
        TerminateInput(reason);
        TerminateOutput(reason);
        Finish();
    }

    /// <summary>Ends reading with an exception, unless the end was reached before.</summary>
    public void TerminateInput(Exception reason)
    {
        lock (_inGate)
        {
            if (!_inEnded)
            {
                _inEnded = true;
                _in.Writer.Complete(reason);
            }
        }
    }

    /// <summary>Ends writing: the peer wants no more.</summary>
    public void TerminateOutput(Exception reason)
    {
        lock (_outGate)
        {
            if (!_outEnded)
            {
                _outEnded = true;
                _out.Reader.Complete(reason);
            }
        }
    }

    /// <summary>The application consumed bytes: the peer may send as many more.</summary>
    protected abstract void OnInputConsumed(long count);

    /// <summary>The application will not read again, before the end was reached. Called once.</summary>
    protected abstract void OnInputAbandoned();

    /// <summary>Bytes or the end wait in <see cref="TakeOutput"/>.</summary>
    protected abstract void OnOutputReady();

    private void AbandonInput(Exception? reason)
    {
        bool early;
        lock (_inGate)
        {
            if (_inAbandoned)
            {
                return;
            }

            _inAbandoned = true;
            early = !_inEnded;
            _inEnded = true;
            _in.Writer.Complete();
            _in.Reader.Complete(reason);
        }

        if (early)
        {
            OnInputAbandoned();
        }
    }

    /// <summary>The inbound pipe's reader, which reports consumption.</summary>
    private sealed class InboundReader(PipedStream stream) : PipeReader
    {
        private ReadOnlySequence<byte> _last;

        public override bool TryRead(out ReadResult result)
        {
            var read = stream._in.Reader.TryRead(out result);
            _last = read ? result.Buffer : default;
            return read;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var pending = stream._in.Reader.ReadAsync(cancellationToken);
            if (!pending.IsCompletedSuccessfully)
            {
                return Await(pending);
            }

            var result = pending.Result;
            _last = result.Buffer;
            return new(result);
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            var count = _last.IsEmpty ? 0 : _last.Slice(_last.Start, consumed).Length;
            _last = default;
            stream._in.Reader.AdvanceTo(consumed, examined);
            if (count > 0)
            {
                stream.OnInputConsumed(count);
            }
        }

        public override void CancelPendingRead() => stream._in.Reader.CancelPendingRead();

        public override void Complete(Exception? exception = null) => stream.AbandonInput(exception);

        private async ValueTask<ReadResult> Await(ValueTask<ReadResult> pending)
        {
            var result = await pending.ConfigureAwait(false);
            _last = result.Buffer;
            return result;
        }
    }

    /// <summary>The outbound pipe's writer, which tells the muxer that there is work.</summary>
    private sealed class OutboundWriter(PipedStream stream) : PipeWriter
    {
        private bool _completed;

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => stream._out.Writer.UnflushedBytes;

        public override void Advance(int bytes) => stream._out.Writer.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => stream._out.Writer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => stream._out.Writer.GetSpan(sizeHint);

        public override void CancelPendingFlush() => stream._out.Writer.CancelPendingFlush();

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            var pending = stream._out.Writer.FlushAsync(cancellationToken);
            stream.OnOutputReady();
            return pending;
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            var pending = stream._out.Writer.WriteAsync(source, cancellationToken);
            stream.OnOutputReady();
            return pending;
        }

        public override void Complete(Exception? exception = null)
        {
            if (_completed)
            {
                return;
            }

            _completed = true;
            if (exception is not null)
            {
                stream.Reset();
            }

            stream._out.Writer.Complete();
            stream.OnOutputReady();
        }
    }
}
