using System.Buffers;

namespace P2Panda.Libp2p.Negotiation;

/// <summary>Handshake over a muxed stream. What is not consumed stays in the stream's pipe.</summary>
internal sealed class MuxedStreamIO(MuxedStream stream) : HandshakeIO
{
    private ReadOnlySequence<byte> _sequence;
    private ReadOnlyMemory<byte> _buffered;
    private bool _reading;
    private long _consumed;

    public override ReadOnlyMemory<byte> Buffered => _buffered;

    public override void Consume(int count)
    {
        _consumed += count;
        _buffered = _buffered[count..];
    }

    public override async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        Release(examineAll: true);
        var result = await stream.Input.ReadAsync(cancellation).ConfigureAwait(false);
        _reading = true;
        var before = _buffered.Length;
        _sequence = result.Buffer;
        _buffered = _sequence.IsSingleSegment ? _sequence.First : _sequence.ToArray();
        return _buffered.Length > before || !result.IsCompleted;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => stream.WriteAsync(bytes, cancellation);

    /// <summary>Gives the pipe back to the stream; the rest is unread again.</summary>
    public void Release() => Release(examineAll: false);

    private void Release(bool examineAll)
    {
        if (_reading)
        {
            _reading = false;
            var position = _sequence.GetPosition(_consumed);
            _consumed = 0;
            stream.Input.AdvanceTo(position, examineAll ? _sequence.End : position);
        }
    }
}
