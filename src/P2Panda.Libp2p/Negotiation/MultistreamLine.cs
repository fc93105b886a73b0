using System.Text;

namespace P2Panda.Libp2p.Negotiation;

/// <summary>Lines of multistream-select 1.0: varint length that counts the newline, text, newline.</summary>
internal static class MultistreamLine
{
    public const string Header = "/multistream/1.0.0";
    public const string NotAvailable = "na";
    public const string List = "ls";

    /// <summary>Longest line, newline included; go and js have the same bound.</summary>
    public const int MaxLength = 1024;

    public static int LengthOf(string text)
    {
        var body = Encoding.UTF8.GetByteCount(text) + 1;
        return VarInt.LengthOf((ulong)body) + body;
    }

    public static int Write(Span<byte> destination, string text)
    {
        var body = Encoding.UTF8.GetByteCount(text) + 1;
        var position = VarInt.Write(destination, (ulong)body);
        position += Encoding.UTF8.GetBytes(text, destination[position..]);
        destination[position++] = (byte)'\n';
        return position;
    }

    /// <summary>Several lines as one write.</summary>
    public static byte[] Encode(params ReadOnlySpan<string> lines)
    {
        var length = 0;
        foreach (var line in lines)
        {
            length += LengthOf(line);
        }

        var buffer = new byte[length];
        var position = 0;
        foreach (var line in lines)
        {
            position += Write(buffer.AsSpan(position), line);
        }

        return buffer;
    }

    /// <summary>Reads one line from the front.</summary>
    /// <returns>Null when a line was read, <see cref="NegotiationResult.Ended"/> when bytes are missing, else what is wrong.</returns>
    public static NegotiationResult? TryRead(ReadOnlySpan<byte> source, out string line, out int consumed)
    {
        line = "";
        consumed = 0;
        switch (VarInt.TryRead(source, out var length, out var prefix))
        {
            case VarIntResult.Incomplete:
                return NegotiationResult.Ended;
            case not VarIntResult.Ok:
                return NegotiationResult.Malformed;
            default:
                break;
        }

        if (length is 0)
        {
            return NegotiationResult.Malformed;
        }

        if (length > MaxLength)
        {
            return NegotiationResult.LineTooLong;
        }

        if ((ulong)(source.Length - prefix) < length)
        {
            return NegotiationResult.Ended;
        }

        var body = source.Slice(prefix, (int)length);
        if (body[^1] != (byte)'\n' || !System.Text.Unicode.Utf8.IsValid(body))
        {
            return NegotiationResult.Malformed;
        }

        line = Encoding.UTF8.GetString(body[..^1]);
        consumed = prefix + (int)length;
        return null;
    }
}
