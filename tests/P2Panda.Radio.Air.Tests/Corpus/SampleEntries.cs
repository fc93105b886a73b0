using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Tests;

namespace P2Panda.Radio.Air.Tests.Corpus;

/// <summary>Entries to send: p2panda-js's complete logs, and logs written here.</summary>
internal static class SampleEntries
{
    public const string Schema = "message_0020c65567ae37efea293e34a9c7d13f8f2bf23dbdc3b5c7b9ab46293111c48fc78b";

    /// <summary>The 134 entries of <c>entries_logs.json</c>, log by log.</summary>
    public static IReadOnlyList<VerifiedEntry> FromVectors { get; } = [.. ReadVectors()];

    public static VerifiedEntry Verify(byte[] entry, byte[] payload)
    {
        EntryProof.TryProve(entry, payload, out var verified).ShouldBe(RefusalReason.None);
        return verified!;
    }

    /// <summary>Signs an entry after the ones given, which are the log so far.</summary>
    public static VerifiedEntry Append(KeyPair author, ulong log, IReadOnlyList<VerifiedEntry> before, byte[] payload)
    {
        var sequenceNumber = (ulong)before.Count + 1;
        var key = new LogKey(LogFormat.Bamboo, author.PublicKey, LogId.FromUInt64(log));
        EntryId? backlink = sequenceNumber > 1 ? before[^1].Id : null;
        EntryId? skiplink = BambooParts.SkiplinkPosition(sequenceNumber) is { } position ? before[(int)position - 1].Id : null;
        var entry = BambooParts.Build(key, sequenceNumber, false, skiplink, backlink, payload, new byte[64]);
        author.Sign(entry.AsSpan(0, entry.Length - 64), entry.AsSpan(entry.Length - 64));
        return Verify(entry, payload);
    }

    /// <summary>A CREATE with one text field.</summary>
    public static byte[] Create(string text, string schema = Schema, string field = "message") => Operation(0, schema, null, field, text);

    /// <summary>An UPDATE with one text field.</summary>
    public static byte[] Update(EntryId previous, string text, string schema = Schema, string field = "message") =>
        Operation(1, schema, previous, field, text);

    /// <summary>A log of one CREATE and further UPDATEs, each naming the one before.</summary>
    public static List<VerifiedEntry> Log(KeyPair author, ulong log, int length, Func<int, string> text)
    {
        var entries = new List<VerifiedEntry>();
        for (var index = 0; index < length; index++)
        {
            entries.Add(Append(author, log, entries, index == 0 ? Create(text(0)) : Update(entries[^1].Id, text(index))));
        }

        return entries;
    }

    public static KeyPair Key(int number) => KeyPair.FromSeed(Blake3.Hash(BitConverter.GetBytes(number)));

    private static byte[] Operation(byte action, string schema, EntryId? previous, string field, string text)
    {
        var writer = new RecordWriter();
        writer.Bytes([(byte)(previous is null ? 0x84 : 0x85), 1, action]);
        Text(schema);
        if (previous is { } id)
        {
            writer.Bytes([0x81, 0x58, 0x22, .. id.Bytes]);
        }

        CborHead.Write(writer, CborHead.Map, 1);
        Text(field);
        Text(text);
        return writer.ToArray();

        void Text(string value)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(value);
            CborHead.Write(writer, CborHead.Text, (ulong)bytes.Length);
            writer.Bytes(bytes);
        }
    }

    private static IEnumerable<VerifiedEntry> ReadVectors()
    {
        using var document = TestVectors.Json("bamboo/entries_logs.json");
        foreach (var log in document.RootElement.GetProperty("logs").EnumerateArray())
        {
            foreach (var record in log.GetProperty("entries").EnumerateArray())
            {
                yield return Verify(
                    Convert.FromHexString(record.GetProperty("entry").GetString()!),
                    Convert.FromHexString(record.GetProperty("payload").GetString()!));
            }
        }
    }
}
