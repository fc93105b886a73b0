using P2Panda.Core.Cbor;

namespace P2Panda.Bridge.Replication.Wire;

/// <summary>
/// Finds the end of one CBOR item in bytes that come piece by piece, looking at each byte once. Only what the protocol uses is taken:
/// stated lengths and shallow nesting.
/// </summary>
internal sealed class CborItemScanner
{
    private const int MaxDepth = 8;

    private readonly ulong[] _open = new ulong[MaxDepth];
    private int _depth;
    private long _position;
    private bool _isEndKnown;

    /// <summary>Length that the item has at least, as far as it is known.</summary>
    public long KnownLength => _position;

    /// <summary>Goes on where the last call stopped. The buffer begins with the item and has grown since.</summary>
    /// <returns>The item's length; 0 when more bytes are needed; -1 when it is not acceptable.</returns>
    public long Scan(ReadOnlySpan<byte> buffer)
    {
        while (!_isEndKnown && _position < buffer.Length)
        {
            var cursor = new CborCursor(buffer[(int)_position..]);
            if (!cursor.TryTakeHeader(out var header))
            {
                return cursor.Fault == CborFault.Truncated ? 0 : -1;
            }

            if (header.IsIndefinite || header.MajorType is CborMajorType.Map or CborMajorType.Tag)
            {
                return -1;
            }

            _position = buffer.Length - cursor.Remaining;
            switch (header.MajorType)
            {
                case CborMajorType.Bytes or CborMajorType.Text when header.Argument > int.MaxValue:
                    return -1;
                case CborMajorType.Bytes or CborMajorType.Text:
                    _position += (long)header.Argument;
                    break;
                case CborMajorType.Array when header.Argument > 0:
                    if (_depth == MaxDepth)
                    {
                        return -1;
                    }

                    _open[_depth++] = header.Argument;
                    continue;
            }

            while (_depth > 0 && --_open[_depth - 1] == 0)
            {
                _depth--;
            }

            if (_depth == 0)
            {
                _isEndKnown = true;
                break;
            }
        }

        // A string at the very end may not be there yet.
        return _isEndKnown && _position <= buffer.Length ? _position : 0;
    }

    /// <summary>Ready for the next item.</summary>
    public void Reset() => (_depth, _position, _isEndKnown) = (0, 0, false);
}
