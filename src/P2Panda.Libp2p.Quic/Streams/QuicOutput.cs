using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic;

/// <summary>
/// What is to be sent on a stream. The shim copies it and keeps it until it is acknowledged; when its buffer is full
/// (<see cref="QuicOptions.StreamSendBuffer"/>), flushing waits.
/// </summary>
internal sealed class QuicOutput : PipeWriter
{
    private const int BufferSize = 4 * 1024;

    private readonly QuicStream _stream;
    private byte[] _buffer = [];
    private int _buffered;
    private bool _isCompleted;
    private TaskCompletionSource? _waiter;      // the gate's
    private ReadOnlyMemory<byte> _rest;         // the gate's: what a completed writer has yet to hand over
    private bool _isFinPending;                 // the gate's
    private bool _isCancelled;                  // the gate's
    private volatile bool _isAbandoned;

    public QuicOutput(QuicStream stream) => _stream = stream;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _buffered;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _buffered), nameof(bytes));
        _buffered += bytes;
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIfCompleted();
        if (_buffer.Length - _buffered < Math.Max(sizeHint, 1))
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffered + Math.Max(sizeHint, BufferSize), BufferSize));
            _buffer.AsSpan(0, _buffered).CopyTo(larger);
            ReturnBuffer();
            _buffer = larger;
        }

        return _buffer.AsMemory(_buffered);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        var count = _buffered;
        if (count == 0)
        {
            return new FlushResult(isCanceled: false, isCompleted: _isAbandoned);
        }

        _buffered = 0;
        var result = await SendAsync(_buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        if (_buffered == 0)
        {
            ReturnBuffer();   // an idle stream holds none
        }

        return result;
    }

    /// <inheritdoc/>
    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (_buffered > 0)
        {
            source.CopyTo(GetMemory(source.Length));
            Advance(source.Length);
            return await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return await SendAsync(source, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        lock (Gate)
        {
            _isCancelled = _waiter is not null;
            _waiter?.TrySetResult();
        }
    }

    /// <summary>Ends our direction after what was written; with an exception, abandons it.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        var connection = _stream.Connection;
        lock (Gate)
        {
            if (connection.Native != 0 && !_isAbandoned)
            {
                if (exception is not null)
                {
                    PandaQuic.StreamReset(connection.Native, _stream.Id, 0);
                    _isAbandoned = true;
                }
                else
                {
                    _rest = _buffered == 0 ? default : _buffer.AsMemory(0, _buffered).ToArray();
                    _isFinPending = true;
                    Continue();
                }

                connection.Engine.Flush(connection, connection.Engine.Clock.Now);
            }
        }

        _buffered = 0;
        ReturnBuffer();
    }

    // ---- with the gate held ----

    /// <summary>There is room again.</summary>
    public void Continue()
    {
        if (_isFinPending && !_isAbandoned)
        {
            var taken = Take(_rest.Span, fin: true);
            if (taken < 0)
            {
                Abandon();
            }
            else
            {
                _rest = _rest[(int)taken..];
                _isFinPending = !_rest.IsEmpty;
            }
        }

        _waiter?.TrySetResult();
    }

    /// <summary>Nothing more can be sent.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        _isFinPending = false;
        _rest = default;
        _waiter?.TrySetResult();
    }

    private Lock Gate => _stream.Connection.Engine.Gate;

    private async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        for (; ; )
        {
            cancellation.ThrowIfCancellationRequested();
            if (!TrySend(ref data, out var waiter))
            {
                return new FlushResult(isCanceled: false, isCompleted: true);
            }

            if (waiter is null)
            {
                return new FlushResult(isCanceled: false, isCompleted: false);
            }

            await waiter.WaitAsync(cancellation).ConfigureAwait(false);
            lock (Gate)
            {
                _waiter = null;
                if (_isCancelled)
                {
                    _isCancelled = false;
                    return new FlushResult(isCanceled: true, isCompleted: false);
                }
            }
        }
    }

    /// <summary>Hands over what fits. False when the stream takes nothing any more; a task to wait for when not all fitted.</summary>
    private bool TrySend(ref ReadOnlyMemory<byte> data, [MaybeNull] out Task waiter)
    {
        waiter = null;
        var connection = _stream.Connection;
        lock (Gate)
        {
            if (connection.Native == 0 || _isAbandoned)
            {
                return false;
            }

            var taken = Take(data.Span, fin: false);
            if (taken < 0)
            {
                return false;
            }

            data = data[(int)taken..];
            if (!data.IsEmpty)
            {
                waiter = (_waiter = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            connection.Engine.Flush(connection, connection.Engine.Clock.Now);
            return true;
        }
    }

    private unsafe long Take(ReadOnlySpan<byte> data, bool fin)
    {
        fixed (byte* bytes = data)
        {
            return PandaQuic.StreamWrite(_stream.Connection.Native, _stream.Id, bytes, (uint)data.Length, fin ? 1 : 0);
        }
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The writer is completed.");
        }
    }
}
