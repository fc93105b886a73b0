namespace P2Panda.Radio.Air.Compression;

/// <summary>Binary arithmetic coder over a <see cref="TextModel"/>, for all coded strings of one record in their order.</summary>
internal sealed class TextEncoder : IDisposable
{
    private readonly TextModel _model = TextModel.Rent();
    private readonly RecordWriter _output = new();
    private uint _low;
    private uint _high = uint.MaxValue;

    /// <summary>Bytes added.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a text, which must contain no zero byte; one ends it.</summary>
    public void Text(ReadOnlySpan<byte> text)
    {
        Bytes(text);
        Bytes([0]);
    }

    /// <summary>Adds bytes whose number the reader knows.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        foreach (var value in bytes)
        {
            for (var shift = 7; shift >= 0; shift--)
            {
                Bit((value >> shift) & 1);
            }
        }
    }

    /// <summary>The coded bytes: as few as lie in the final interval whatever zero bytes a reader imagines after them.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        for (var bytes = 0; bytes <= 4; bytes++)
        {
            // The smallest value with only this many bytes that is not below the interval.
            var mask = bytes == 4 ? 0 : uint.MaxValue >> (8 * bytes);
            var value = ((ulong)_low + mask) & ~(ulong)mask;
            if (value <= _high)
            {
                for (var index = 0; index < bytes; index++)
                {
                    _output.Byte((byte)(value >> (24 - (8 * index))));
                }

                break;
            }
        }

        var coded = _output.Written;
        return coded.TrimEnd((byte)0);
    }

    /// <inheritdoc/>
    public void Dispose() => TextModel.Return(_model);

    private void Bit(int bit)
    {
        var middle = _low + (uint)(((ulong)(_high - _low) * (uint)_model.Predict()) >> 12);
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
            _output.Byte((byte)(_high >> 24));
            _low <<= 8;
            _high = (_high << 8) | 255;
        }
    }
}
