using System.Globalization;
using System.Text.Json;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Core.Tests.Bamboo;

/// <summary>Every entry that p2panda-js made or judged.</summary>
public sealed class BambooVectorTests(ITestOutputHelper output)
{
    /// <summary>The largest payload among the vectors, so that the bound on payloads is not what is tested here.</summary>
    private const int MaxPayload = 16 << 20;

    /// <summary>What p2panda-js lets through and we refuse, and why that is the safer answer.</summary>
    private static readonly Dictionary<string, BambooRefusal> Stricter = new()
    {
        ["tag byte 02, signed"] = BambooRefusal.UnknownTag,
        ["tag byte 7f, signed"] = BambooRefusal.UnknownTag,
        ["tag byte ff, signed"] = BambooRefusal.UnknownTag,
        ["payload hash yasmf length 1f, signed"] = BambooRefusal.InvalidPayloadHash,
        ["payload hash yasmf length 21, signed"] = BambooRefusal.InvalidPayloadHash,
        ["payload hash yasmf length 00, signed"] = BambooRefusal.InvalidPayloadHash,
        ["payload hash yasmf length 40, signed"] = BambooRefusal.InvalidPayloadHash,
        ["backlink hash yasmf length 1f, signed"] = BambooRefusal.InvalidBacklink,
        ["low-order public key 01000000, signature R=identity S=0"] = BambooRefusal.InvalidSignature,
    };

    /// <summary>What p2panda-js signs and our signer refuses: its own decoder refuses the first two; the others are no 64-bit numbers or no hash.</summary>
    private static readonly string[] StricterSigner =
    [
        "seq 2 with skiplink too (not needed)",
        "seq 3 with skiplink too (not needed)",
        "log 2^64 (wraps)",
        "seq 2^64+1 (wraps to 1)",
        "backlink length 1f",
    ];

    [Fact]
    public void SingleEntriesAreSignedAndVerifiedToTheByte()
    {
        using var json = TestVectors.Json("bamboo/entries_single.json");
        var records = 0;
        foreach (var record in json.RootElement.GetProperty("entries").EnumerateArray())
        {
            CheckEntry(record);
            records++;
        }

        records.ShouldBe(91);
        VectorCount.Report(output, "bamboo/entries_single.json", records);
    }

    [Fact]
    public void WholeLogsAreSignedAndVerifiedToTheByte()
    {
        using var json = TestVectors.Json("bamboo/entries_logs.json");
        var records = 0;
        foreach (var log in json.RootElement.GetProperty("logs").EnumerateArray())
        {
            var ids = new List<EntryId>();
            foreach (var record in log.GetProperty("entries").EnumerateArray())
            {
                var entry = CheckEntry(record);
                entry.SequenceNumber.ShouldBe((ulong)ids.Count + 1);
                entry.Backlink.ShouldBe(ids.Count == 0 ? null : new EntryLink((ulong)ids.Count, ids[^1]));
                if (entry.Skiplink is { } skiplink)
                {
                    skiplink.Id.ShouldBe(ids[(int)skiplink.SequenceNumber - 1]);
                }

                ids.Add(entry.Id);
                records++;
            }
        }

        records.ShouldBe(134);
        VectorCount.Report(output, "bamboo/entries_logs.json", records);
    }

    [Fact]
    public void DamagedEntriesAreRefusedWhereverTheOracleRefusesThem()
    {
        using var json = TestVectors.Json("bamboo/entries_negative.json");
        var key = json.RootElement.GetProperty("cases")[0].GetProperty("entry").GetString()!.Substring(2, 64);
        using var pair = PairOf(key);
        var records = 0;
        var stricter = new List<string>();
        foreach (var record in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            var name = record.GetProperty("name").GetString()!;
            var oracleAccepts = record.GetProperty("accepted").GetBoolean();
            var refusal = record.GetProperty("op").GetString() == "decode"
                ? Judge(record.GetProperty("entry").GetString()!)
                : Sign(pair, record);
            if (!oracleAccepts)
            {
                refusal.ShouldNotBe(BambooRefusal.None, name);
            }
            else if (refusal != BambooRefusal.None)
            {
                if (Stricter.TryGetValue(name, out var expected))
                {
                    refusal.ShouldBe(expected, name);
                }
                else
                {
                    StricterSigner.ShouldContain(name);
                }

                stricter.Add(name);
            }

            records++;
        }

        stricter.Order().ShouldBe(Stricter.Keys.Concat(StricterSigner).Order());
        foreach (var name in stricter)
        {
            output.WriteLine($"stricter than the oracle: {name}");
        }

        records.ShouldBe(109);
        VectorCount.Report(output, "bamboo/entries_negative.json", records);
    }

    private static VerifiedEntry CheckEntry(JsonElement record)
    {
        var name = record.GetProperty("name").GetString()!;
        var bytes = Convert.FromHexString(Text(record, "entry"));
        var payload = Payload(record);
        var (entry, refusal) = BambooEntry.Verify(bytes, payload, MaxPayload);
        refusal.ShouldBe(BambooRefusal.None, name);
        entry.ShouldNotBeNull();
        entry.Log.Author.ToString().ShouldBe(Text(record, "public_key"));
        entry.Log.LogId.ToUInt64().ShouldBe(Number(record, "log_id"));
        entry.SequenceNumber.ShouldBe(Number(record, "seq_num"));
        entry.Backlink?.Id.ToString().ShouldBe(OptionalText(record, "backlink"));
        entry.Skiplink?.Id.ToString().ShouldBe(OptionalText(record, "skiplink"));
        Lipmaa.LinkOf(entry.SequenceNumber).ShouldBe(Number(record, "lipmaa"));
        entry.Id.ToString().ShouldBe(Text(record, "entry_hash"));
        entry.EntryBytes.ToArray().ShouldBe(bytes);
        entry.PayloadBytes!.Value.Span.SequenceEqual(payload).ShouldBeTrue();

        var fields = BambooEntry.Decode(bytes).Fields!;
        fields.PayloadSize.ShouldBe(Number(record, "payload_size"));
        fields.PayloadHash.ToString().ShouldBe(Text(record, "payload_hash"));
        Convert.ToHexStringLower(fields.Signature.Span).ShouldBe(Text(record, "signature"));
        fields.Encode().ShouldBe(bytes, name);

        using var pair = KeyPair.FromSeed(Convert.FromHexString(Text(record, "private_key")));
        BambooEntry.Sign(pair, fields.LogId, fields.SequenceNumber, fields.Skiplink, fields.Backlink, payload).ShouldBe(bytes, name);
        return entry;
    }

    /// <summary>These records have no payload, so everything up to the signature is judged.</summary>
    private static BambooRefusal Judge(string entryHex)
    {
        var refusal = BambooEntry.VerifyHex(entryHex, "", MaxPayload).Refusal;
        return refusal is BambooRefusal.PayloadSizeMismatch or BambooRefusal.PayloadHashMismatch ? BambooRefusal.None : refusal;
    }

    private static BambooRefusal Sign(KeyPair pair, JsonElement record)
    {
        var args = record.GetProperty("args");
        if (!ulong.TryParse(OptionalText(args, "logId") ?? "0", CultureInfo.InvariantCulture, out var logId))
        {
            return BambooRefusal.InvalidLogId;
        }

        if (!ulong.TryParse(OptionalText(args, "seqNum") ?? "1", CultureInfo.InvariantCulture, out var sequenceNumber))
        {
            return BambooRefusal.InvalidSequenceNumber;
        }

        if (!TryLink(args, "skiplink", out var skiplink))
        {
            return BambooRefusal.InvalidSkiplink;
        }

        if (!TryLink(args, "backlink", out var backlink))
        {
            return BambooRefusal.InvalidBacklink;
        }

        var hex = OptionalText(args, "operation") ?? "";
        if (hex.Length % 2 != 0 || hex.Length == 0)
        {
            return BambooRefusal.InvalidHex;
        }

        try
        {
            var payload = Convert.FromHexString(hex);
            var entry = BambooEntry.Sign(pair, logId, sequenceNumber, skiplink, backlink, payload);
            Convert.ToHexStringLower(entry).ShouldBe(Text(record, "entry"));
            BambooEntry.Verify(entry, payload).IsVerified.ShouldBeTrue();
            return BambooRefusal.None;
        }
        catch (InvalidOperationException)
        {
            return BambooRefusal.IdenticalLinks;
        }
    }

    private static bool TryLink(JsonElement args, string name, out EntryId? link)
    {
        link = null;
        if (OptionalText(args, name) is not { } text)
        {
            return true;
        }

        var parsed = Yasmf.TryParse(text, out var id);
        link = parsed ? id : null;
        return parsed;
    }

    private static KeyPair PairOf(string publicKey)
    {
        using var json = TestVectors.Json("bamboo/keys.json");
        var seed = json.RootElement.GetProperty("keys").EnumerateArray()
            .Single(record => Text(record, "public_key") == publicKey).GetProperty("private_key").GetString()!;
        return KeyPair.FromSeed(Convert.FromHexString(seed));
    }

    private static byte[] Payload(JsonElement record)
    {
        if (OptionalText(record, "payload") is { } hex)
        {
            return Convert.FromHexString(hex);
        }

        // The records with large payloads state the formula (i * 31 + 7) & 255.
        var bytes = new byte[record.GetProperty("payload_gen").GetProperty("length").GetInt32()];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((i * 31) + 7);
        }

        return bytes;
    }

    private static string Text(JsonElement record, string name) => record.GetProperty(name).GetString()!;

    private static string? OptionalText(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ulong Number(JsonElement record, string name) => ulong.Parse(Text(record, name), CultureInfo.InvariantCulture);
}
