using System.Buffers;
using System.IO.Pipelines;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic;

/// <summary>
/// What was received on a stream. The peer gets credit for what the application consumed, in portions; what nobody reads is bounded by the
/// stream's and the connection's windows (<see cref="QuicOptions.StreamWindow"/>).
/// </summary>
internal sealed class QuicInput : PipeReader
{
    /// <summary>Credit is returned when this much was consumed …</summary>
    private const long CreditPortion = 256 * 1024;

    /// <summary>… or this much and nothing is left to read, so that many quiet streams cannot hold the connection's credit.</summary>
    private const long CreditPortionWhenDrained = 16 * 1024;

    /// <summary>Bytes that may still come when reading has ended, before the peer is told to stop.</summary>
    private const long DroppedMax = 64 * 1024;

    private const int SegmentSize = 32 * 1024;

    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: SegmentSize, useSynchronizationContext: false);

    private readonly QuicStream _stream;
    private readonly Pipe _pipe = new(Options);
    private ReadOnlySequence<byte> _lastRead;
    private long _uncredited;      // consumed and not yet returned; the reader's
    private long _unread;          // received and not yet returned as credit; the gate's
    private long _dropped;         // received and refused; the gate's
    private bool _ended;           // the gate's
    private bool _refused;         // the gate's
    private bool _isWakePending;   // the gate's
    private volatile bool _isFinished;

    public QuicInput(QuicStream stream) => _stream = stream;

    /// <inheritdoc/>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        _lastRead = result.Buffer;
        return result;
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (!_pipe.Reader.TryRead(out result))
        {
            return false;
        }

        _lastRead = result.Buffer;
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var before = _lastRead.Length;
        var count = before == 0 ? 0 : _lastRead.Slice(_lastRead.Start, consumed).Length;
        _lastRead = default;
        _pipe.Reader.AdvanceTo(consumed, examined);
        _uncredited += count;
        var portion = count < before ? CreditPortion : _isFinished ? 1 : CreditPortionWhenDrained;
        if (_uncredited >= portion)
        {
            ReturnCredit();
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _pipe.Reader.CancelPendingRead();

    /// <summary>
    /// Stops reading: the peer gets the credit of what is dropped. Normally it is about to finish, and its end is waited for: a peer that is
    /// told to stop in the middle of finishing may keep the stream for good (quinn under js-libp2p does, until no stream can be opened any
    /// more). One that goes on is told to stop (<see cref="Stop"/>), and so is every one when <paramref name="exception"/> says why.
    /// </summary>
    public override void Complete(Exception? exception = null)
    {
        var connection = _stream.Connection;
        lock (connection.Engine.Gate)
        {
            _refused = true;
            if (connection.Native != 0)
            {
                if (!_ended && exception is null)
                {
                    connection.AwaitEnd(_stream);
                }
                else
                {
                    Stop();
                }

                ReturnAllCredit();
                connection.Engine.Flush(connection, connection.Engine.Clock.Now);
            }
        }

        _pipe.Reader.Complete(exception);
    }

    // ---- with the gate held ----

    public void Append(ReadOnlySpan<byte> data, bool fin)
    {
        _unread += data.Length;
        if (_ended || _refused)
        {
            _dropped += data.Length;
            ReturnAllCredit();
            if (fin)
            {
                End(null);
            }
            else if (_dropped > DroppedMax && !_ended)
            {
                _stream.Connection.StopSoon(_stream);
            }

            return;
        }

        var writer = _pipe.Writer;
        while (!data.IsEmpty)
        {
            var space = writer.GetSpan();
            var part = Math.Min(space.Length, data.Length);
            data[..part].CopyTo(space);
            writer.Advance(part);
            data = data[part..];
        }

        if (fin)
        {
            End(null);
        }
        else if (!_isWakePending)
        {
            _isWakePending = true;
            _stream.Connection.Engine.MarkReadable(_stream);
        }
    }

    public void Wake()
    {
        _isWakePending = false;
        if (_ended)
        {
            return;
        }

        var flush = _pipe.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("A pipe without threshold made its writer wait.");   // the windows are the bound
        }
    }

    /// <summary>
    /// Nothing more comes. The first end counts. What lies in the pipe still counts against the windows: else a peer could end streams
    /// instead of waiting for us to read them.
    /// </summary>
    public void End(Exception? exception)
    {
        if (_ended)
        {
            return;
        }

        _ended = _isFinished = true;
        _pipe.Writer.Complete(exception);
    }

    /// <summary>Tells the peer that nobody reads any more.</summary>
    public void Stop()
    {
        if (!_ended)
        {
            End(null);
            PandaQuic.StreamStop(_stream.Connection.Native, _stream.Id, 0);
        }
    }

    public void ReturnAllCredit()
    {
        if (_unread > 0)
        {
            PandaQuic.StreamConsume(_stream.Connection.Native, _stream.Id, (ulong)_unread);
            _unread = 0;
        }
    }

    private void ReturnCredit()
    {
        var connection = _stream.Connection;
        lock (connection.Engine.Gate)
        {
            var count = Math.Min(_uncredited, _unread);
            _uncredited = 0;
            if (connection.Native != 0 && count > 0)
            {
                _unread -= count;
                PandaQuic.StreamConsume(connection.Native, _stream.Id, (ulong)count);
                connection.Engine.Flush(connection, connection.Engine.Clock.Now);
            }
        }
    }
}
