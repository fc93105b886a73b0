namespace P2Panda.Radio.Air.Compression;

/// <summary>Reads what <see cref="TextEncoder"/> wrote; beyond the end it reads zeros.</summary>
internal sealed class TextDecoder : IDisposable
{
    private readonly TextModel _model = TextModel.Rent();
    private readonly byte[] _coded;
    private int _position;
    private int _read;
    private uint _low;
    private uint _high = uint.MaxValue;
    private uint _value;

    public TextDecoder(ReadOnlySpan<byte> coded)
    {
        _coded = coded.ToArray();
        for (var index = 0; index < 4; index++)
        {
            _value = (_value << 8) | Next();
        }
    }

    /// <summary>Whether more was read than the encoder can have meant, or than a record may hold.</summary>
    private bool IsExhausted => _position > _coded.Length + 8 || _read >= PackedOperation.MaxCodedLength;

    /// <summary>Reads a text up to its end.</summary>
    public bool TryText(RecordWriter text)
    {
        while (!IsExhausted)
        {
            var value = ReadByte();
            if (value == 0)
            {
                return true;
            }

            text.Byte(value);
        }

        return false;
    }

    /// <summary>Reads so many bytes.</summary>
    public bool TryBytes(int count, RecordWriter bytes)
    {
        for (var index = 0; index < count; index++)
        {
            if (IsExhausted)
            {
                return false;
            }

            bytes.Byte(ReadByte());
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => TextModel.Return(_model);

    private byte ReadByte()
    {
        var value = 0;
        _read++;
        for (var index = 0; index < 8; index++)
        {
            value = (value << 1) | ReadBit();
        }

        return (byte)value;
    }

    private int ReadBit()
    {
        var middle = _low + (uint)(((ulong)(_high - _low) * (uint)_model.Predict()) >> 12);
        var bit = _value <= middle ? 1 : 0;
        if (bit == 1)
        {
            _high = middle;
        }
        else
        {
            _low = middle + 1;
        }

        _model.Update(bit);
        while (((_low ^ _high) & 0xFF000000) == 0)
        {
            _low <<= 8;
            _high = (_high << 8) | 255;
            _value = (_value << 8) | Next();
        }

        return bit;
    }

    private uint Next() => _position++ < _coded.Length ? _coded[_position - 1] : 0u;
}
