namespace P2Panda.Libp2p.Multiformats;

/// <summary>
/// Walks the fields of one protobuf message without allocating or throwing. Fields may come in any order; unknown ones are
/// for the caller to ignore. After <see cref="Next"/> returned false, <see cref="Failed"/> tells junk from the end.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Whether the current field is length-delimited.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>Value of a varint or fixed-width field.</summary>
    public ulong Value { get; private set; }

    /// <summary>Value of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the message turned out to be malformed.</summary>
    public bool Failed { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty || Failed)
        {
            return false;
        }

        if (!TryVarInt(out var tag) || tag >> 3 is 0 or > int.MaxValue)
        {
            return Fail();
        }

        Field = (int)(tag >> 3);
        Value = 0;
        Bytes = default;
        IsBytes = false;
        switch (tag & 7)
        {
            case 0:
                if (!TryVarInt(out var value))
                {
                    return Fail();
                }

                Value = value;
                return true;
            case 1:
                return TryFixed(8);
            case 2:
                if (!TryVarInt(out var length) || length > (ulong)_rest.Length)
                {
                    return Fail();
                }

                IsBytes = true;
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            case 5:
                return TryFixed(4);
            default:
                return Fail();
        }
    }

    private bool TryFixed(int width)
    {
        if (_rest.Length < width)
        {
            return Fail();
        }

        ulong value = 0;
        for (var i = width - 1; i >= 0; i--)
        {
            value = (value << 8) | _rest[i];
        }

        Value = value;
        _rest = _rest[width..];
        return true;
    }

    /// <summary>Protobuf's own varints: up to ten bytes, 64 bits, not necessarily minimal.</summary>
    private bool TryVarInt(out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(_rest.Length, 10); i++)
        {
            var b = _rest[i];
            if (i == 9 && b > 1)
            {
                return false;
            }

            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private bool Fail()
    {
        Failed = true;
        return false;
    }
}
