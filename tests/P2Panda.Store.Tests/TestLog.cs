using System.Security.Cryptography;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Store.Tests;

/// <summary>
/// Makes the entries of one log. Bytes and ids are stand-ins: the store never looks into them, it trusts <see cref="VerifiedEntry"/>.
/// </summary>
internal sealed class TestLog
{
    private readonly List<VerifiedEntry> _entries = [];

    public TestLog(int author = 1, ulong logId = 0)
        : this(AuthorOf(author), LogId.FromUInt64(logId))
    {
    }

    public TestLog(PublicKey author, LogId logId) => Key = new LogKey(LogFormat.Bamboo, author, logId);

    public LogKey Key { get; }

    public VerifiedEntry this[ulong sequenceNumber] => Upto(sequenceNumber)[(int)sequenceNumber - 1];

    public static PublicKey AuthorOf(int author)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Length];
        SHA256.HashData(BitConverter.GetBytes(author), bytes);
        return new PublicKey(bytes);
    }

    /// <summary>Entries 1 to <paramref name="height"/>.</summary>
    public IReadOnlyList<VerifiedEntry> Upto(ulong height)
    {
        while ((ulong)_entries.Count < height)
        {
            _entries.Add(Make((ulong)_entries.Count + 1, "entry", position => _entries[(int)position - 1].Id));
        }

        return _entries.GetRange(0, (int)height);
    }

    /// <summary>Another entry for a position this log has, with the same links.</summary>
    public VerifiedEntry Other(ulong sequenceNumber, string content = "other")
    {
        Upto(sequenceNumber);
        return Make(sequenceNumber, content, position => _entries[(int)position - 1].Id);
    }

    /// <summary>An entry of this log with links of the caller's choice.</summary>
    public VerifiedEntry Make(ulong sequenceNumber, string content, Func<ulong, EntryId> linkTo, int payloadLength = 16)
    {
        EntryLink? backlink = sequenceNumber > 1 ? new EntryLink(sequenceNumber - 1, linkTo(sequenceNumber - 1)) : null;
        var skip = Lipmaa(sequenceNumber);
        EntryLink? skiplink = sequenceNumber > 1 && skip != sequenceNumber - 1 ? new EntryLink(skip, linkTo(skip)) : null;
        var bytes = System.Text.Encoding.UTF8.GetBytes($"{Key} {sequenceNumber} {content} {backlink?.Id} {skiplink?.Id}");
        var payload = new byte[payloadLength];
        payload[0] = (byte)sequenceNumber;
        return new VerifiedEntry(
            Key, sequenceNumber, IdOf(bytes), backlink, skiplink, isEndOfLog: false, bytes, payload);
    }

    public static EntryId IdOf(ReadOnlySpan<byte> bytes) => EntryId.FromBytes([0x00, 0x20, .. SHA256.HashData(bytes)]);

    /// <summary>Lipmaa's link (Bamboo specification), only for the small numbers tests use.</summary>
    private static ulong Lipmaa(ulong n)
    {
        ulong m = 1, power = 3;
        while (m < n)
        {
            power *= 3;
            m = (power - 1) / 2;
        }

        power /= 3;
        if (m != n)
        {
            var u = n;
            while (u != 0)
            {
                m = (power - 1) / 2;
                power /= 3;
                u %= m;
            }

            if (m != power)
            {
                power = m;
            }
        }

        return n - power;
    }
}
