using System.Formats.Cbor;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Somebody who writes chat lines into one log: real entries with real signatures.</summary>
public sealed class MadeUpAuthor : IDisposable
{
    private const string ChatLine = "chat_line_00205a8cbe5d8b6d0b1c8f1ab0a8a13f3f5f0e6b8e0b6f0ac6b3f3b0d9f5a1a2b3c4";

    private static readonly string[] Words =
    [
        "water", "bridge", "open", "meet", "at", "the", "north", "gate", "we", "are", "fine", "need", "two", "batteries", "tomorrow",
        "road", "closed", "radio", "works", "again", "thanks", "tell", "anna", "that", "power", "is", "back", "rain", "later", "school",
        "coming", "with", "bread", "seven", "people", "ok", "who", "has", "a", "truck", "near", "market", "please", "answer", "soon",
    ];

    private readonly KeyPair _key;
    private readonly string _schema;
    private readonly Random _random;
    private readonly List<EntryId> _ids = [];

    /// <summary>An author made from a number; the same number makes the same author.</summary>
    /// <param name="number">The number.</param>
    /// <param name="schema">What the documents are; chat lines when none.</param>
    public MadeUpAuthor(int number, SchemaId? schema = null)
    {
        _schema = schema?.Text ?? ChatLine;
        Span<byte> seed = stackalloc byte[32];
        seed.Clear();
        BitConverter.TryWriteBytes(seed, number);
        seed[31] = 0xA7;
        _key = KeyPair.FromSeed(seed);
        _random = new Random(number);
        Log = new LogKey(LogFormat.Bamboo, _key.PublicKey, LogId.FromUInt64(0));
    }

    /// <summary>The log written to.</summary>
    public LogKey Log { get; }

    /// <summary>Entries written.</summary>
    public int Count => _ids.Count;

    /// <summary>Writes a chat line of three to nine words.</summary>
    public VerifiedEntry Write()
    {
        var words = Enumerable.Range(0, _random.Next(3, 10)).Select(_ => Words[_random.Next(Words.Length)]);
        return Write(string.Join(' ', words));
    }

    /// <summary>Writes a line.</summary>
    public VerifiedEntry Write(string text)
    {
        var sequenceNumber = (ulong)_ids.Count + 1;
        EntryId? backlink = _ids.Count > 0 ? _ids[^1] : null;
        EntryId? skiplink = Lipmaa.NeedsSkiplink(sequenceNumber) ? _ids[(int)Lipmaa.LinkOf(sequenceNumber) - 1] : null;
        var payload = Operation(text);
        var bytes = BambooEntry.Sign(_key, 0, sequenceNumber, skiplink, backlink, payload);
        var entry = BambooEntry.Verify(bytes, payload).Entry
            ?? throw new InvalidOperationException("An entry that was just signed does not verify.");
        _ids.Add(entry.Id);
        return entry;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private byte[] Operation(string text)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartArray(4);
        writer.WriteInt32(1);
        writer.WriteInt32(0);
        writer.WriteTextString(_schema);
        writer.WriteStartMap(1);
        writer.WriteTextString("line");
        writer.WriteTextString(text);
        writer.WriteEndMap();
        writer.WriteEndArray();
        return writer.Encode();
    }
}
