using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;

namespace P2Panda.Radio.Air.Tests.Vectors;

/// <summary>Writes <c>tests/vectors/air/air.json</c>: what a receiver holds, what it hears, and what must come of it.</summary>
internal sealed class AirVectors
{
    private readonly KeyPair _gateway = SampleEntries.Key(1);
    private readonly KeyPair _stranger = SampleEntries.Key(2);
    private readonly KeyPair _author = SampleEntries.Key(3);
    private readonly KeyPair _newcomer = SampleEntries.Key(4);
    private readonly NetworkId _network = NetworkId.FromName("vectors");
    private readonly List<VerifiedEntry> _log;
    private readonly List<VerifiedEntry> _held;
    private readonly JsonArray _cases = [];
    private readonly Station _writer;

    private AirVectors()
    {
        _log = SampleEntries.Log(_author, 300, 13, index => $"line {index} of the first log");
        _held = [.. _log[..3], .. SampleEntries.Log(_author, 7, 4, index => $"another {index}")];
        _writer = new Station(77, network: _network);
        _writer.Logs.Add(_log).Add(_held);
        _held.ForEach(entry => _writer.Shapes.LearnHeard(entry.PayloadBytes!.Value.Span));
        _writer.Shapes.LearnAuthor(_author.PublicKey);
    }

    public static string Write() => new AirVectors().Build().ToJsonString(new JsonSerializerOptions
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }) + "\n";

    private JsonObject Build()
    {
        Good();
        Lost();
        Bad();
        return new JsonObject
        {
            ["about"] = "Written by AirVectors in tests/P2Panda.Radio.Air.Tests; PROTOCOL.md says what it means. Every case begins with a " +
                "receiver that holds 'held' (entries), 'shapes' and 'authors', believes every announced key (policy open), and knows the key 'gateway'. " +
                "'outcome' is that of the last frame; 'entries' are all that the case's frames bring. 'options' are network-wide demands.",
            ["network_id"] = _network.ToString(),
            ["keys"] = new JsonObject
            {
                ["gateway"] = Key(_gateway),
                ["stranger"] = Key(_stranger),
                ["author"] = Key(_author),
                ["newcomer"] = Key(_newcomer),
            },
            ["held"] = Entries(_held),
            ["authors"] = new JsonArray(Hex(_author.PublicKey.Bytes)),
            ["shapes"] = new JsonArray(Hex(OperationOutline.Read(_held[0].PayloadBytes!.Value.Span)!.ShapeOf(_held[0].PayloadBytes!.Value.Span).Encoded)),
            ["coded_strings"] = CodedStrings(),
            ["canonical_records"] = Canonical(),
            ["cases"] = _cases,
        };
    }

    private void Good()
    {
        var first = SampleEntries.Log(_author, 9, 1, _ => "hello, is anybody there?")[0];
        var stranger = SampleEntries.Log(_newcomer, 0, 1, _ => "a new author's first line")[0];
        var context = new EncodeOptions { AssumeSharedTerms = true };
        Case("a single frame: an author's first entry by references", Forge.Frames(Forge.Authored(Record(first, context), 1), 1, 0), null, first);
        Case("an author nobody knows, written out", Forge.Frames(Forge.Authored(Record(stranger, new EncodeOptions()), 3), 3, 200, 3, 77), null, stranger);
        Case("the next entry of a held log, source symbols", Forge.Frames(Forge.Authored(Record(_log[3], context), 3), 3, 0, 1, 2), null, _log[3]);
        Case("the same from repair symbols", Forge.Frames(Forge.Authored(Record(_log[3], context), 3), 3, 254, 17, 99), null, _log[3]);
        Case("an entry that leans on nothing", Forge.Frames(Forge.Authored(Record(_log[12], Standalone), 4), 4, 1, 250, 3, 60), null, _log[12]);
        Case("raw, sealed by a gateway", Forge.Frames(Seal(BurstKind.Entry, Record(_log[3], new EncodeOptions { Compress = false }), 5), 5, 8, 9, 10, 11, 12), null, _log[3]);
        Case("several entries sealed by a gateway", Forge.Frames(Seal(BurstKind.Entries, Body(context, _log[3..13]), 8), 8, Enumerable.Range(100, 8)), null, [.. _log[3..13]]);
        Case("several entries sealed by their authors", Forge.Frames(Forge.Authored([0, .. Body(context, [first, _log[3], _log[4]])], 4), 4, 5, 3, 0, 200), null, first, _log[3], _log[4]);
        Case("an urgent entry", Forge.Frames(Forge.Authored([0, .. Urgent(context, [first])], 1), 1, 0), null, first);
        Case("urgent entries sealed by a gateway", Forge.Frames(Seal(BurstKind.Entries, Urgent(context, _log[3..5]), 2), 2, 40, 7), null, [.. _log[3..5]]);
        Case("the end of a log", Forge.Frames(Forge.Authored(Record(EndOfLog(), context), 2), 2, 1, 0), null, EndOfLog());
        Case("a payload that cannot be packed", Forge.Frames(Forge.Authored(Record(Unpackable(), context), 2), 2, 1, 0), null, Unpackable());
        var chain = new Chain(Record(_log[12], Standalone), 120).Parts;
        Case("a chain, last part first", [.. chain.Reverse().SelectMany((part, index) => Forge.Frames(Seal(BurstKind.ChainPart, part, 2, (ulong)index + 1), 2, 7, 8))], null, _log[12]);
        Case("an announcement brings a key, then a want by it", [.. Forge.Frames(Announce(_stranger, 5), 2, 0, 9), Forge.Frame(Forge.Sealed(_stranger, BurstKind.Want, [1, 2, 3], 1, 6, _network), 1, 0)], null);
        Case("a strict frame", [Forge.Frame(Forge.Authored(Record(first, context), 1), 1, 0, null, _gateway, _network)], "strict", first);
        Case("a forged symbol and enough good ones", Polluted(Forge.Authored(Record(_log[3], context), 3), 3, [4, 9, 30]), null, _log[3]);
        Case("a record that waits for its predecessor", [.. Forge.Frames(Forge.Authored(Record(_log[4], context), 1), 1, 0), .. Forge.Frames(Forge.Authored(Record(_log[3], context), 1), 1, 0)], null, _log[3], _log[4]);
    }

    private void Lost()
    {
        var burst = Forge.Authored(Record(_log[3], new EncodeOptions { AssumeSharedTerms = true }), 3);
        Case("one symbol too few", Forge.Frames(burst, 3, 1, 200), null, FrameVerdict.Progress, RefusalReason.None);
        Case("a symbol twice", Forge.Frames(burst, 3, 1, 200, 1), null, FrameVerdict.Duplicate, RefusalReason.None);
        Case("a further symbol of a finished burst", Forge.Frames(burst, 3, 1, 200, 5, 6), null, FrameVerdict.Redundant, RefusalReason.None);
        Case("a forged symbol and nothing to spare", Polluted(burst, 3, [4, 9]), null, FrameVerdict.Progress, RefusalReason.TagMismatch);
    }

    private void Bad()
    {
        var single = Forge.Authored(Record(_log[3], new EncodeOptions { AssumeSharedTerms = true }), 1);
        var frame = Forge.Frame(single, 1, 0);
        Refused("an empty frame", RefusalReason.FrameLength, Array.Empty<byte>());
        Refused("another version", RefusalReason.FrameVersion, [(byte)(frame[0] ^ 0xC0), .. frame[1..]]);
        Refused("no symbol", RefusalReason.FrameTooShort, [0x42, 1, 2, 3, 4, 5]);
        Refused("symbol 255", RefusalReason.SymbolId, [0x42, 1, 2, 3, 4, 255, 0]);
        Refused("padding in a single frame", RefusalReason.BurstPadding, [frame[0], (byte)(frame[1] | 1), .. frame[2..]]);
        Refused("a seal cut short", RefusalReason.BurstTooShort, [0x40, 0x20, 1, 2, 3]);
        Refused("a want by a key nobody announced", RefusalReason.KeyUnknown, Forge.Frame(Forge.Sealed(_stranger, BurstKind.Want, [1], 1, 1, _network), 1, 0));
        Refused("a want of another network", RefusalReason.SealInvalid, Forge.Frame(Forge.Sealed(_gateway, BurstKind.Want, [1], 1, 1), 1, 0));
        var flipped = Forge.Sealed(_gateway, BurstKind.Want, [1], 1, 1, _network);
        flipped[14] ^= 1;
        Refused("a want that was changed", RefusalReason.SealInvalid, Forge.Frame(flipped, 1, 0));
        Refused("a want heard before", RefusalReason.CounterReplayed,
            Forge.Frame(Forge.Sealed(_gateway, BurstKind.Want, [1], 1, 9, _network), 1, 0), Forge.Frame(Forge.Sealed(_gateway, BurstKind.Control, [1], 1, 9, _network), 1, 0));
        Refused("an announcement that does not parse", RefusalReason.BodyMalformed, Forge.Frame(Seal(BurstKind.Announcement, [16, 200, 1], 1), 1, 0));
        Refused("an unknown log format", RefusalReason.RecordFormat, Forge.Frame(Forge.Authored([0xE0, 1, 2], 1), 1, 0));
        Refused("a record cut short", RefusalReason.RecordMalformed, Forge.Frame(single[..40], 1, 0));
        Refused("an urgent burst of nothing", RefusalReason.BodyMalformed, Forge.Frame(Forge.Authored([0, 0], 1), 1, 0));
        Refused("a reference to nobody", RefusalReason.AuthorUnknown, Forge.Frame(Forge.Authored([0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0, .. new byte[80]], 1), 1, 0));
        Refused("an entry whose predecessor is missing", RefusalReason.ContextMissing, Forge.Frame(Forge.Authored(Record(_log[6], new EncodeOptions { AssumeSharedTerms = true }), 1), 1, 0));
        var signature = Forge.Authored(Record(_log[3], new EncodeOptions { AssumeSharedTerms = true }), 1);
        signature[10] ^= 1;
        Refused("an entry its author did not sign", RefusalReason.EntrySignature, Forge.Frame(signature, 1, 0));
        Refused("a raw entry with another payload", RefusalReason.EntryPayload,
            Forge.Frames(Forge.Authored([.. Record(_log[3], new EncodeOptions { Compress = false })[..^1], 0x20], 2), 2, 0, 1));
        Refused("a chain part out of range", RefusalReason.ChainPart, Forge.Frame(Seal(BurstKind.ChainPart, [1, 2, 3, 4, 5, 6, 7, 8, 2, 2, 1], 1), 1, 0));
        Refused("a chain too long", RefusalReason.ChainBound, Forge.Frame(Seal(BurstKind.ChainPart, [1, 2, 3, 4, 5, 6, 7, 8, 0xF9, 8, 0, 0, .. new byte[140]], 1), 1, 0));
        RefusedWith("strict", "a frame without signature", RefusalReason.StrictMissing, frame);
        RefusedWith("strict", "a frame signed by a stranger", RefusalReason.StrictUnknownKey, Forge.Frame(single, 1, 0, null, _stranger, _network));
        var strict = Forge.Frame(single, 1, 0, null, _gateway, _network);
        strict[^1] ^= 1;
        RefusedWith("strict", "a frame whose signature is wrong", RefusalReason.StrictSignature, strict);
        RefusedWith("attribution", "an entry without a gateway's seal", RefusalReason.AttributionMissing, frame);
        Refused("a key that has signed its frames, without", RefusalReason.Downgrade,
            Forge.Frame(single, 1, 0, null, _gateway, _network), Forge.Frame(Seal(BurstKind.Want, [1], 1), 1, 0));
    }

    private static EncodeOptions Standalone => new() { Encoding = EntryEncoding.Standalone };

    private byte[] Seal(BurstKind kind, byte[] body, int k, ulong counter = 1) => Forge.Sealed(_gateway, kind, body, k, counter, _network);

    private byte[] Announce(KeyPair key, ulong counter) => Forge.Sealed(
        key, BurstKind.Announcement, AnnouncementBody.Write([KeyValuePair.Create(AnnouncementBody.KeySection, key.PublicKey.Bytes.ToArray())]), 2, counter, _network);

    private byte[] Record(VerifiedEntry entry, EncodeOptions options) =>
        _writer.Codec.Encode(entry, options, RecordSequence.Start, isLocated: false, out _);

    private byte[] Urgent(EncodeOptions options, IEnumerable<VerifiedEntry> entries) => [.. Body(options, entries), 0];

    private byte[] Body(EncodeOptions options, IEnumerable<VerifiedEntry> entries)
    {
        var batch = new Batch(_writer.Codec, options);
        foreach (var entry in entries)
        {
            batch.TryAdd(entry, int.MaxValue).ShouldBeTrue();
        }

        return batch.ToBody();
    }

    private static byte[][] Polluted(byte[] padded, int k, int[] good)
    {
        var forged = Forge.Frame(padded, k, 2);
        forged[^1] ^= 0x55;
        return [forged, .. Forge.Frames(padded, k, good)];
    }

    private VerifiedEntry EndOfLog()
    {
        var payload = SampleEntries.Update(_log[2].Id, "good bye");
        var bytes = Core.Bamboo.BambooEntry.Sign(_author, 300, 4, _log[0].Id, _log[2].Id, payload, endOfLog: true);
        return SampleEntries.Verify(bytes, payload);
    }

    private VerifiedEntry Unpackable() => SampleEntries.Append(_author, 300, _log[..3], [0x9F, 1, 2, 3, 0xFF]);

    private void Case(string name, byte[][] frames, string? option, params VerifiedEntry[] entries) =>
        Add(name, frames, option, FrameVerdict.Completed, RefusalReason.None, entries);

    private void Case(string name, byte[][] frames, string? option, FrameVerdict verdict, RefusalReason reason) =>
        Add(name, frames, option, verdict, reason, null);

    private void Refused(string name, RefusalReason reason, params byte[][] frames) =>
        Add(name, frames, null, FrameVerdict.Refused, reason, null);

    private void RefusedWith(string option, string name, RefusalReason reason, params byte[][] frames) =>
        Add(name, frames, option, FrameVerdict.Refused, reason, null);

    private void Add(
        string name, byte[][] frames, string? option, FrameVerdict verdict, RefusalReason reason, VerifiedEntry[]? expected)
    {
        var station = new Station(78, strict: option == "strict", alwaysAttribute: option == "attribution", network: _network);
        station.Logs.Add(_held);
        station.Keys.Learn(_gateway.PublicKey);
        _held.ForEach(entry => station.Shapes.LearnHeard(entry.PayloadBytes!.Value.Span));
        station.Shapes.LearnAuthor(_author.PublicKey);
        var heard = new List<VerifiedEntry>();
        FrameOutcome? outcome = null;
        foreach (var frame in frames)
        {
            outcome = station.Hear(frame);
            heard.AddRange(outcome.Burst?.Entries ?? []);
        }

        outcome!.Verdict.ShouldBe(verdict, name);
        outcome.Reason.ShouldBe(reason, name);
        if (expected is not null)
        {
            heard.Select(entry => entry.Id).ShouldBe(expected.Select(entry => entry.Id), name);
        }

        _cases.Add(new JsonObject
        {
            ["name"] = name,
            ["options"] = option is null ? new JsonArray() : new JsonArray(option),
            ["frames"] = new JsonArray([.. frames.Select(frame => (JsonNode)Hex(frame))]),
            ["outcome"] = new JsonObject
            {
                ["verdict"] = verdict.ToString(),
                ["reason"] = reason == RefusalReason.None ? null : reason.ToString(),
                ["kind"] = outcome.Burst?.Kind.ToString(),
                ["sender"] = outcome.Burst?.Sender?.ToString(),
                ["counter"] = outcome.Burst?.Counter,
                ["urgent"] = outcome.Burst?.IsUrgent,
            },
            ["entries"] = Entries(heard),
        });
    }

    private JsonArray Canonical() =>
    [
        .. _log[3..6].Select(entry => (JsonNode)new JsonObject
        {
            ["record"] = Hex(_writer.Writer.WriteCanonicalRecord(entry)),
            ["author"] = entry.Log.Author.ToString(),
            ["log_id"] = entry.Log.LogId.ToString(),
            ["sequence_number"] = entry.SequenceNumber.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["entry"] = Hex(entry.EntryBytes.Span),
            ["payload"] = Hex(entry.PayloadBytes!.Value.Span),
        }),
    ];

    private static JsonArray CodedStrings()
    {
        var array = new JsonArray();
        foreach (var texts in new string[][] { ["hello"], [""], ["Wie geht es dir?", "gut, danke"], ["日本語のテキスト"], ["q8#Zr!v0~W"], TextLines })
        {
            using var encoder = new Air.Compression.TextEncoder();
            foreach (var text in texts)
            {
                encoder.Text(System.Text.Encoding.UTF8.GetBytes(text));
            }

            array.Add(new JsonObject
            {
                ["texts"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]),
                ["coded"] = Hex(encoder.Finish()),
            });
        }

        return array;
    }

    private static string[] TextLines => Compression.TextModelTests.ChatLines;

    private static JsonArray Entries(IEnumerable<VerifiedEntry> entries) =>
    [
        .. entries.Select(entry => (JsonNode)new JsonObject
        {
            ["entry"] = Hex(entry.EntryBytes.Span),
            ["payload"] = Hex(entry.PayloadBytes!.Value.Span),
        }),
    ];

    private static JsonObject Key(KeyPair key)
    {
        var seed = new byte[32];
        key.ExportSeed(seed);
        return new JsonObject { ["seed"] = Hex(seed), ["public_key"] = key.PublicKey.ToString(), ["key_id"] = KeyId.Of(key.PublicKey).ToString() };
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
