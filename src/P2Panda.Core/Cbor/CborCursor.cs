using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace P2Panda.Core.Cbor;

/// <summary>
/// Reads CBOR items one after the other (RFC 8949) as tolerantly as ciborium does, which reads operations for the rest of the p2panda
/// network: lengths need not be in their shortest form, strings may come in chunks, but text must be UTF-8. System.Formats.Cbor cannot
/// do this: it is either lenient about UTF-8 too, or sorts and compares keys by its own rules. Nothing here throws, and nothing is
/// allocated beyond the bytes that are there.
/// </summary>
public ref struct CborCursor(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    /// <summary>Why the last call returned false.</summary>
    public CborFault Fault { get; private set; }

    /// <summary>Bytes not yet read.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Looks at the next head without taking it.</summary>
    public bool TryPeek(out CborHeader header)
    {
        header = default;
        if (_rest.IsEmpty)
        {
            return Fail(CborFault.Truncated);
        }

        return TryParseHeader(out header, out _);
    }

    /// <summary>Takes the next head.</summary>
    public bool TryTakeHeader(out CborHeader header)
    {
        if (!TryParseHeader(out header, out var length))
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    /// <summary>Takes the end of an array or map of no stated length, if it is there.</summary>
    public bool TryTakeBreak()
    {
        if (!_rest.IsEmpty && _rest[0] == 0xff)
        {
            _rest = _rest[1..];
            return true;
        }

        return false;
    }

    /// <summary>Takes an unsigned integer.</summary>
    public bool TryTakeUnsigned(out ulong value)
    {
        value = 0;
        if (!TryPeek(out var header))
        {
            return false;
        }

        if (header.MajorType != CborMajorType.Unsigned)
        {
            return Fail(CborFault.OtherType);
        }

        value = header.Argument;
        return TryTakeHeader(out _);
    }

    /// <summary>Takes a byte string.</summary>
    public bool TryTakeBytes(out byte[] bytes)
    {
        bytes = [];
        if (!TryTakeString(CborMajorType.Bytes, out var content))
        {
            return false;
        }

        bytes = content.ToArray();
        return true;
    }

    /// <summary>Takes a text string.</summary>
    public bool TryTakeText(out string text)
    {
        text = "";
        if (!TryTakeString(CborMajorType.Text, out var content))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(content);
        return true;
    }

    private bool TryTakeString(CborMajorType type, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!TryPeek(out var header))
        {
            return false;
        }

        if (header.MajorType != type)
        {
            return Fail(CborFault.OtherType);
        }

        if (!TryTakeHeader(out header))
        {
            return false;
        }

        return header.IsIndefinite ? TryTakeChunks(type, out content) : TryTakeContent(type, header, out content);
    }

    private bool TryTakeContent(CborMajorType type, CborHeader header, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (header.Argument > (ulong)_rest.Length)
        {
            return Fail(CborFault.Truncated);
        }

        content = _rest[..(int)header.Argument];
        _rest = _rest[content.Length..];
        return type != CborMajorType.Text || Utf8.IsValid(content) || Fail(CborFault.Malformed);
    }

    private bool TryTakeChunks(CborMajorType type, out ReadOnlySpan<byte> content)
    {
        content = default;
        var chunks = new ArrayBufferWriter<byte>();
        while (!TryTakeBreak())
        {
            if (!TryTakeHeader(out var header))
            {
                return false;
            }

            if (header.MajorType != type || header.IsIndefinite)
            {
                return Fail(CborFault.Malformed);
            }

            if (!TryTakeContent(type, header, out var chunk))
            {
                return false;
            }

            chunks.Write(chunk);
        }

        content = chunks.WrittenSpan;
        return true;
    }

    private bool TryParseHeader(out CborHeader header, out int length)
    {
        header = default;
        length = 0;
        if (_rest.IsEmpty)
        {
            return Fail(CborFault.Truncated);
        }

        var major = (CborMajorType)(_rest[0] >> 5);
        var additional = (byte)(_rest[0] & 0x1f);
        var following = additional switch
        {
            < 24 => 0,
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            CborHeader.IndefiniteAdditional when major is not (CborMajorType.Unsigned or CborMajorType.Negative or CborMajorType.Tag) => 0,
            _ => -1,
        };
        if (following < 0)
        {
            return Fail(CborFault.Malformed);
        }

        if (_rest.Length <= following)
        {
            return Fail(CborFault.Truncated);
        }

        var argument = _rest.Slice(1, following);
        header = new CborHeader(major, additional, following switch
        {
            1 => argument[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(argument),
            4 => BinaryPrimitives.ReadUInt32BigEndian(argument),
            8 => BinaryPrimitives.ReadUInt64BigEndian(argument),
            _ => additional,
        });
        length = 1 + following;
        return true;
    }

    private bool Fail(CborFault fault)
    {
        Fault = fault;
        return false;
    }
}
