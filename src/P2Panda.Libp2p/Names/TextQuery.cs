using System.Buffers.Binary;
using System.Text;

namespace P2Panda.Libp2p;

/// <summary>A question for TXT records and its answer (RFC 1035 section 4). Answers come from outside: everything is bounded.</summary>
internal static class TextQuery
{
    /// <summary>Longest datagram that is read, bytes.</summary>
    public const int MaxAnswer = 4096;

    /// <summary>Records that are looked at.</summary>
    private const int MaxRecords = 64;

    private const int HeaderLength = 12;
    private const int MaxLabel = 63;
    private const ushort Text = 16;
    private const ushort Internet = 1;
    private const ushort Response = 0x8000;
    private const ushort IsTruncated = 0x0200;
    private const ushort RecursionDesired = 0x0100;

    /// <exception cref="IOException">The name cannot be asked for.</exception>
    public static byte[] Encode(ushort id, string name)
    {
        var message = new List<byte> { (byte)(id >> 8), (byte)id, RecursionDesired >> 8, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            if (label.Length is 0 or > MaxLabel || !Ascii.IsValid(label))
            {
                throw new IOException($"\"{name}\" is not a domain name.");
            }

            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, 0, (byte)Text, 0, (byte)Internet]);
        return [.. message];
    }

    /// <summary>Reads an answer to exactly this query.</summary>
    public static TextAnswer TryDecode(ReadOnlySpan<byte> query, ReadOnlySpan<byte> answer, out IReadOnlyList<string> texts)
    {
        texts = [];
        var question = query[HeaderLength..];
        if (answer.Length < query.Length || !answer[..2].SequenceEqual(query[..2]))
        {
            return TextAnswer.Foreign;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(answer[2..]);
        if ((flags & Response) == 0 || BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) != 1 || !EqualsIgnoringCase(answer.Slice(HeaderLength, question.Length), question))
        {
            return TextAnswer.Foreign;
        }

        if ((flags & 0xf) != 0)
        {
            return TextAnswer.Refused;
        }

        if ((flags & IsTruncated) != 0)
        {
            return TextAnswer.Truncated;
        }

        var found = new List<string>();
        var rest = answer[query.Length..];
        for (var count = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(answer[6..]), MaxRecords); count > 0; count--)
        {
            if (!TrySkipName(ref rest) || rest.Length < 10)
            {
                return TextAnswer.Foreign;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(rest);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
            rest = rest[10..];
            if (length > rest.Length)
            {
                return TextAnswer.Foreign;
            }

            if (type == Text)
            {
                found.Add(Join(rest[..length]));
            }

            rest = rest[length..];
        }

        texts = found;
        return TextAnswer.Ok;
    }

    /// <summary>One record's character strings in a row.</summary>
    private static string Join(ReadOnlySpan<byte> strings)
    {
        var text = new StringBuilder();
        while (strings.Length > 0 && strings[0] < strings.Length)
        {
            text.Append(Encoding.UTF8.GetString(strings.Slice(1, strings[0])));
            strings = strings[(strings[0] + 1)..];
        }

        return text.ToString();
    }

    /// <summary>A name ends with an empty label or a pointer; where the pointer leads is of no interest.</summary>
    private static bool TrySkipName(ref ReadOnlySpan<byte> rest)
    {
        while (rest.Length > 0)
        {
            int length = rest[0];
            if (length >= 0xc0)
            {
                rest = rest.Length >= 2 ? rest[2..] : [];
                return true;
            }

            if (length > MaxLabel || length + 1 > rest.Length)
            {
                return false;
            }

            rest = rest[(length + 1)..];
            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool EqualsIgnoringCase(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(one, other) || one.SequenceEqual(other);
}
