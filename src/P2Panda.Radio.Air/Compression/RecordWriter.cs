using System.Buffers;
using System.Buffers.Binary;
using P2Panda.Core.Bamboo;

namespace P2Panda.Radio.Air.Compression;

/// <summary>Bytes being written, with the number form every record uses.</summary>
internal sealed class RecordWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    public int Length => _buffer.WrittenCount;

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Byte(byte value) => _buffer.Write([value]);

    public void Bytes(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    /// <summary>Eight bytes, big-endian.</summary>
    public void Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _buffer.Write(bytes);
    }

    /// <summary>varu64, as Bamboo has it.</summary>
    public void Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[9];
        _buffer.Write(bytes[..VarU64.Write(value, bytes)]);
    }

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
