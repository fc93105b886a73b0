using System.Buffers.Binary;
using P2Panda.Core.Bamboo;

namespace P2Panda.Radio.Air.Compression;

/// <summary>Bytes being read; every step says whether it could.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryByte(out byte value)
    {
        value = _rest.IsEmpty ? (byte)0 : _rest[0];
        return TryBytes(1, out _);
    }

    public readonly bool TryPeek(out byte value)
    {
        value = _rest.IsEmpty ? (byte)0 : _rest[0];
        return !_rest.IsEmpty;
    }

    public bool TryBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (count < 0 || count > _rest.Length)
        {
            return false;
        }

        bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }

    /// <summary>Eight bytes, big-endian.</summary>
    public bool TryInt64(out long value)
    {
        var read = TryBytes(sizeof(long), out var bytes);
        value = read ? BinaryPrimitives.ReadInt64BigEndian(bytes) : 0;
        return read;
    }

    /// <summary>varu64 in its shortest form.</summary>
    public bool TryNumber(out ulong value)
    {
        if (!VarU64.TryRead(_rest, out value, out var length))
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    /// <summary>A number that must not exceed <paramref name="limit"/>.</summary>
    public bool TryCount(int limit, out int value)
    {
        var read = TryNumber(out var number) && number <= (ulong)limit;
        value = read ? (int)number : 0;
        return read;
    }
}
