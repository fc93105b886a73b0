using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace P2Panda.Core.Cbor;

/// <summary>Writes CBOR as ciborium does: shortest heads, stated lengths, floats in the shortest width that loses nothing.</summary>
public sealed class CborWriter
{
    private const byte False = 20;
    private const byte True = 21;
    private const byte Float16 = 25;
    private const byte Float32 = 26;
    private const byte Float64 = 27;

    private readonly ArrayBufferWriter<byte> _output = new(256);

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _output.WrittenSpan.ToArray();

    /// <summary>The head of an item in its shortest form.</summary>
    public void WriteHeader(CborMajorType type, ulong argument)
    {
        switch (argument)
        {
            case < 24:
                WriteByte(type, (byte)argument);
                break;
            case <= byte.MaxValue:
                WriteByte(type, 24);
                _output.Write([(byte)argument]);
                break;
            case <= ushort.MaxValue:
                WriteByte(type, 25);
                BinaryPrimitives.WriteUInt16BigEndian(Take(sizeof(ushort)), (ushort)argument);
                break;
            case <= uint.MaxValue:
                WriteByte(type, 26);
                BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), (uint)argument);
                break;
            default:
                WriteByte(type, 27);
                BinaryPrimitives.WriteUInt64BigEndian(Take(sizeof(ulong)), argument);
                break;
        }
    }

    /// <summary>An integer.</summary>
    public void WriteInteger(long value)
    {
        if (value >= 0)
        {
            WriteHeader(CborMajorType.Unsigned, (ulong)value);
        }
        else
        {
            WriteHeader(CborMajorType.Negative, (ulong)~value);
        }
    }

    /// <summary>True or false.</summary>
    public void WriteBoolean(bool value) => WriteByte(CborMajorType.Simple, value ? True : False);

    /// <summary>A byte string.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteHeader(CborMajorType.Bytes, (ulong)value.Length);
        _output.Write(value);
    }

    /// <summary>A text string.</summary>
    public void WriteText(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteHeader(CborMajorType.Text, (ulong)length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    /// <summary>A float; all NaNs are one.</summary>
    public void WriteFloat(double value)
    {
        // By bits, so that the sign of zero counts. There is one NaN; that of .NET has its sign set.
        value = double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000) : value;
        var bits = BitConverter.DoubleToInt64Bits(value);
        if (BitConverter.DoubleToInt64Bits((double)(Half)value) == bits)
        {
            WriteByte(CborMajorType.Simple, Float16);
            BinaryPrimitives.WriteHalfBigEndian(Take(2), (Half)value);
        }
        else if (BitConverter.DoubleToInt64Bits((float)value) == bits)
        {
            WriteByte(CborMajorType.Simple, Float32);
            BinaryPrimitives.WriteSingleBigEndian(Take(sizeof(float)), (float)value);
        }
        else
        {
            WriteByte(CborMajorType.Simple, Float64);
            BinaryPrimitives.WriteDoubleBigEndian(Take(sizeof(double)), value);
        }
    }

    private void WriteByte(CborMajorType type, byte additional) => _output.Write([(byte)(((byte)type << 5) | additional)]);

    private Span<byte> Take(int length)
    {
        var span = _output.GetSpan(length)[..length];
        _output.Advance(length);
        return span;
    }
}
