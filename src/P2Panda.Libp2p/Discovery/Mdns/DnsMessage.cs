using System.Buffers.Binary;
using System.Text;

namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>
/// The part of a DNS message (RFC 1035 section 4) that discovery needs: questions, and PTR and TXT records of all sections. Decoding
/// never throws; a message beyond the bounds is none.
/// </summary>
internal sealed class DnsMessage
{
    public const ushort Ptr = 12;
    public const ushort Txt = 16;
    public const ushort Any = 255;

    /// <summary>Longest message that is read, bytes (RFC 6762 section 17).</summary>
    public const int MaxLength = 9000;

    public const int MaxQuestions = 16;
    public const int MaxRecords = 64;

    private const int HeaderLength = 12;
    private const int MaxPointers = 16;
    private const int MaxNameLength = 255;
    private const ushort Internet = 1;
    private const ushort ResponseFlag = 0x8000;

    private DnsMessage(ushort id, bool isResponse, List<DnsQuestion> questions, List<DnsRecord> records) =>
        (Id, IsResponse, Questions, Records) = (id, isResponse, questions, records);

    public ushort Id { get; }

    public bool IsResponse { get; }

    public IReadOnlyList<DnsQuestion> Questions { get; }

    /// <summary>Answers, authority and additional records together: rust puts TXT records into the last, JavaScript into the first.</summary>
    public IReadOnlyList<DnsRecord> Records { get; }

    /// <summary>Decodes a message; null when it is none.</summary>
    public static DnsMessage? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < HeaderLength or > MaxLength)
        {
            return null;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        int questionCount = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        var recordCount = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) + BinaryPrimitives.ReadUInt16BigEndian(bytes[8..])
            + BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]);
        if (questionCount > MaxQuestions || recordCount > MaxRecords)
        {
            return null;
        }

        var position = HeaderLength;
        var questions = new List<DnsQuestion>(questionCount);
        for (var i = 0; i < questionCount; i++)
        {
            if (!TryName(bytes, ref position, out var name) || position + 4 > bytes.Length)
            {
                return null;
            }

            questions.Add(new(name, BinaryPrimitives.ReadUInt16BigEndian(bytes[position..])));
            position += 4;
        }

        var records = new List<DnsRecord>();
        for (var i = 0; i < recordCount; i++)
        {
            if (!TryRecord(bytes, ref position, records))
            {
                return null;
            }
        }

        return new DnsMessage(BinaryPrimitives.ReadUInt16BigEndian(bytes), (flags & ResponseFlag) != 0, questions, records);
    }

    private static bool TryRecord(ReadOnlySpan<byte> bytes, ref int position, List<DnsRecord> records)
    {
        if (!TryName(bytes, ref position, out var name) || position + 10 > bytes.Length)
        {
            return false;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]);
        var @class = BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 2)..]) & 0x7fff;   // the top bit says "flush your cache"
        var ttl = BinaryPrimitives.ReadUInt32BigEndian(bytes[(position + 4)..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 8)..]);
        var start = position + 10;
        position = start + length;
        if (position > bytes.Length)
        {
            return false;
        }

        if (@class == Internet && type == Ptr)
        {
            var at = start;
            if (!TryName(bytes, ref at, out var target) || at != position)
            {
                return false;
            }

            records.Add(new(name, type, ttl, target, []));
        }
        else if (@class == Internet && type == Txt)
        {
            if (!TryTexts(bytes[start..position], out var texts))
            {
                return false;
            }

            records.Add(new(name, type, ttl, "", texts));
        }

        return true;
    }

    private static bool TryTexts(ReadOnlySpan<byte> data, out List<string> texts)
    {
        texts = [];
        while (!data.IsEmpty)
        {
            int length = data[0];
            if (length >= data.Length)
            {
                return false;
            }

            texts.Add(Encoding.UTF8.GetString(data.Slice(1, length)));
            data = data[(length + 1)..];
        }

        return true;
    }

    /// <summary>
    /// Reads a name (RFC 1035 section 4.1.4). Pointers must lead strictly backwards, each before the place the last one led to: no loop
    /// has that property.
    /// </summary>
    private static bool TryName(ReadOnlySpan<byte> bytes, ref int position, out string name)
    {
        name = "";
        var text = new StringBuilder();
        var at = position;
        int? end = null;
        var earliest = position;
        var pointers = 0;
        while (true)
        {
            if (at >= bytes.Length)
            {
                return false;
            }

            int length = bytes[at];
            if (length == 0)
            {
                position = end ?? at + 1;
                name = text.ToString().ToLowerInvariant();
                return true;
            }

            if ((length & 0xc0) == 0xc0)
            {
                if (at + 1 >= bytes.Length || ++pointers > MaxPointers)
                {
                    return false;
                }

                end ??= at + 2;
                var target = ((length & 0x3f) << 8) | bytes[at + 1];
                if (target >= earliest || target < HeaderLength)
                {
                    return false;
                }

                at = earliest = target;
                continue;
            }

            if ((length & 0xc0) != 0 || at + 1 + length > bytes.Length || text.Length + length + 1 > MaxNameLength)
            {
                return false;
            }

            if (text.Length > 0)
            {
                text.Append('.');
            }

            foreach (var b in bytes.Slice(at + 1, length))
            {
                text.Append((char)b);
            }

            at += length + 1;
        }
    }
}
