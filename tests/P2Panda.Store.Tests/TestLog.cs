using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Store.Tests;

/// <summary>Signs the entries of one log, the same ones in every process.</summary>
internal sealed class TestLog
{
    private static readonly ConcurrentDictionary<int, KeyPair> Authors = [];

    private readonly KeyPair _author;
    private readonly ulong _logId;
    private readonly List<VerifiedEntry> _entries = [];

    public TestLog(int author = 1, ulong logId = 0)
    {
        _author = KeyOf(author);
        _logId = logId;
        Key = new LogKey(LogFormat.Bamboo, _author.PublicKey, LogId.FromUInt64(logId));
    }

    public LogKey Key { get; }

    public VerifiedEntry this[ulong sequenceNumber] => Upto(sequenceNumber)[(int)sequenceNumber - 1];

    public static PublicKey AuthorOf(int author) => KeyOf(author).PublicKey;

    /// <summary>An id that no entry has.</summary>
    public static EntryId IdOf(ReadOnlySpan<byte> bytes) => Yasmf.Hash(bytes);

    /// <summary>Entries 1 to <paramref name="height"/>.</summary>
    public IReadOnlyList<VerifiedEntry> Upto(ulong height)
    {
        while ((ulong)_entries.Count < height)
        {
            _entries.Add(Make((ulong)_entries.Count + 1, "entry", IdAt));
        }

        return _entries.GetRange(0, (int)height);
    }

    /// <summary>Another entry for a position this log has, with the same links.</summary>
    public VerifiedEntry Other(ulong sequenceNumber)
    {
        Upto(sequenceNumber);
        return Make(sequenceNumber, "other", IdAt);
    }

    /// <summary>An entry of this log with links of the caller's choice.</summary>
    public VerifiedEntry Make(
        ulong sequenceNumber, string content, Func<ulong, EntryId> linkTo, int payloadLength = 0, bool isEndOfLog = false)
    {
        var payload = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{content} {sequenceNumber}"));
        Array.Resize(ref payload, Math.Max(payload.Length, payloadLength));
        EntryId? backlink = sequenceNumber > 1 ? linkTo(sequenceNumber - 1) : null;
        EntryId? skiplink = sequenceNumber > 1 && Lipmaa.NeedsSkiplink(sequenceNumber) ? linkTo(Lipmaa.LinkOf(sequenceNumber)) : null;
        var bytes = BambooEntry.Sign(_author, _logId, sequenceNumber, skiplink, backlink, payload, isEndOfLog);
        var (entry, refusal) = BambooEntry.Verify(bytes, payload);
        return entry ?? throw new InvalidOperationException($"The test's own entry was refused: {refusal}.");
    }

    private static KeyPair KeyOf(int author) => Authors.GetOrAdd(
        author, number => KeyPair.FromSeed(SHA256.HashData(BitConverter.GetBytes(number))));

    private EntryId IdAt(ulong sequenceNumber) => _entries[(int)sequenceNumber - 1].Id;
}
