using System.Text.Json;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>The entries that the air's benchmarks send.</summary>
internal static class AirCorpus
{
    /// <summary>A short chat between people on an island; no line was written with the compressor in mind.</summary>
    public static IReadOnlyList<string> ChatLines { get; } =
    [
        "Is the repeater on the hill up again?",
        "yes, since this morning. battery at 12.4 V",
        "great! who is going to the workshop on thursday?",
        "I'll be there around six, need a lift anyone?",
        "We have two free seats in the car",
        "Please bring the spare antenna and the long cable",
        "ok will do",
        "The ferry is late, back in about forty minutes",
        "Kannst du mir morgen beim Dach helfen?",
        "Klar, ab zehn Uhr habe ich Zeit",
        "weather station says gusts up to 70 km/h tonight",
        "secure the boats please",
        "done. everything is tied down at the pier",
        "thanks a lot, you are the best",
        "school is closed tomorrow because of the storm",
        "does the bakery still have bread?",
        "last loaves, better come quickly",
        "The doctor will see patients from 9 to 12 in the old town hall",
        "message 17 of 20, testing the link to the island",
        "copy, loud and clear :)",
    ];

    public static SchemaId Schema { get; } =
        SchemaId.TryParse("message_0020c65567ae37efea293e34a9c7d13f8f2bf23dbdc3b5c7b9ab46293111c48fc78b", out var schema)
            ? schema
            : throw new InvalidOperationException("The schema id of the corpus does not parse.");

    /// <summary>The complete logs that p2panda-js wrote: 134 creates, updates and deletes.</summary>
    public static IReadOnlyList<VerifiedEntry> ReadVectors()
    {
        using var stream = typeof(AirCorpus).Assembly.GetManifestResourceStream("corpus/entries_logs.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("logs").EnumerateArray()
            .SelectMany(log => log.GetProperty("entries").EnumerateArray())
            .Select(entry => Verify(
                Convert.FromHexString(entry.GetProperty("entry").GetString()!),
                Convert.FromHexString(entry.GetProperty("payload").GetString()!)))];
    }

    public static KeyPair Key(int number) => KeyPair.FromSeed(Blake3.Hash(BitConverter.GetBytes(number)));

    /// <summary>One message a line, each its own document and log, as chat programs write them.</summary>
    public static List<VerifiedEntry> Chat(int authors)
    {
        var entries = new List<VerifiedEntry>();
        for (var index = 0; index < ChatLines.Count; index++)
        {
            using var author = Key(index % authors);
            var payload = Operation.Create(Schema, Message(ChatLines[index])).EncodedBytes.Span;
            entries.Add(Verify(BambooEntry.Sign(author, (ulong)(40 + (index / authors)), 1, null, null, payload), payload.ToArray()));
        }

        return entries;
    }

    /// <summary>
    /// A log whose last entry is an UPDATE with random text that makes entry and operation together as long as asked; its <c>previous</c>
    /// is the backlink. With sequence number 8 it has a skiplink, with 7 it has none.
    /// </summary>
    public static List<VerifiedEntry> LogEndingInUpdate(int sequenceNumber, int rawLength, int seed)
    {
        var random = new Random(seed);
        using var author = Key(seed);
        var log = new List<VerifiedEntry>();
        while (log.Count < sequenceNumber)
        {
            var last = log.Count == sequenceNumber - 1;
            for (var length = last ? rawLength : 10; ; length--)
            {
                var entry = Append(author, log, Write(log, RandomText(random, length)));
                if (!last || entry.EntryBytes.Length + entry.PayloadBytes!.Value.Length <= rawLength)
                {
                    log.Add(entry);
                    break;
                }
            }
        }

        return log;
    }

    public static int RawLength(VerifiedEntry entry) => entry.EntryBytes.Length + entry.PayloadBytes.GetValueOrDefault().Length;

    /// <summary>Signs an operation as the next entry of a log.</summary>
    public static VerifiedEntry Append(KeyPair author, IReadOnlyList<VerifiedEntry> log, Operation operation, ulong logId = 3)
    {
        var sequenceNumber = (ulong)log.Count + 1;
        var skiplink = Lipmaa.NeedsSkiplink(sequenceNumber) ? log[(int)Lipmaa.LinkOf(sequenceNumber) - 1].Id : (EntryId?)null;
        var payload = operation.EncodedBytes.Span;
        var entry = BambooEntry.Sign(author, logId, sequenceNumber, skiplink, log.Count == 0 ? null : log[^1].Id, payload);
        return Verify(entry, payload.ToArray());
    }

    public static Operation Write(IReadOnlyList<VerifiedEntry> log, string text) => log.Count == 0
        ? Operation.Create(Schema, Message(text))
        : Operation.Update(Schema, DocumentViewId.Of(log[^1].Id), Message(text));

    private static PlainFields Message(string text) => new([KeyValuePair.Create("message", PlainValue.String(text))]);

    private static string RandomText(Random random, int length) =>
        string.Create(length, random, (characters, source) =>
        {
            foreach (ref var character in characters)
            {
                character = (char)source.Next(33, 127);
            }
        });

    private static VerifiedEntry Verify(byte[] entry, byte[] payload)
    {
        var result = BambooEntry.Verify(entry, payload);
        return result.Entry ?? throw new InvalidOperationException($"An entry of the corpus was refused: {result.Refusal}.");
    }
}
