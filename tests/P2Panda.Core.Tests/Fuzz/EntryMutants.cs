using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Tests;

namespace P2Panda.Core.Tests.Fuzz;

/// <summary>
/// Damaged entries, made from real ones by somebody who knows the layout and has the author's key: an entry is taken apart into its
/// fields, some are changed, dropped, doubled or swapped, and often the result is signed again so that the damage is reached.
/// </summary>
internal sealed class EntryMutants(Random random, IReadOnlyList<EntryMutants.Original> originals)
{
    private const int Tag = 0;
    private const int Author = 1;
    private const int LogId = 2;
    private const int SequenceNumber = 3;
    private const int Skiplink = 4;
    private const int Backlink = 5;
    private const int PayloadSize = 6;
    private const int PayloadHash = 7;
    private const int Signature = 8;
    private const int Fields = 9;

    public sealed record Original(KeyPair Key, byte[] Entry, byte[] Payload);

    public static IReadOnlyList<Original> Load()
    {
        using var json = TestVectors.Json("bamboo/entries_logs.json");
        return [.. json.RootElement.GetProperty("logs").EnumerateArray()
            .SelectMany(log => log.GetProperty("entries").EnumerateArray())
            .Select(record => new Original(
                KeyPair.FromSeed(Convert.FromHexString(record.GetProperty("private_key").GetString()!)),
                Convert.FromHexString(record.GetProperty("entry").GetString()!),
                Convert.FromHexString(record.GetProperty("payload").GetString()!)))];
    }

    public (byte[] Entry, byte[] Payload) Next()
    {
        var original = Pick(originals);
        var fields = TakeApart(original.Entry);
        var payload = original.Payload;
        var key = original.Key;
        for (var changes = random.Next(8) == 0 ? 3 : 1; changes > 0; changes--)
        {
            Change(fields, ref payload, ref key);
        }

        if (random.Next(3) != 0)
        {
            fields[Signature] = new byte[KeyPair.SignatureLength];
            key.Sign(Join(fields[..Signature]), fields[Signature]);
        }

        return (Roughen(Join(fields)), payload);
    }

    private static byte[][] TakeApart(byte[] entry)
    {
        var read = BambooEntry.Decode(entry).Fields!;
        return
        [
            [entry[0]],
            read.Author.Bytes.ToArray(),
            VarInt(read.LogId),
            VarInt(read.SequenceNumber),
            read.Skiplink?.Bytes.ToArray() ?? [],
            read.Backlink?.Bytes.ToArray() ?? [],
            VarInt(read.PayloadSize),
            read.PayloadHash.Bytes.ToArray(),
            read.Signature.ToArray(),
        ];
    }

    private void Change(byte[][] fields, ref byte[] payload, ref KeyPair key)
    {
        switch (random.Next(19))
        {
            case 0:
                fields[Tag] = [(byte)random.Next(4)];
                break;
            case 1:
                Flip(fields[random.Next(Fields)]);
                break;
            case 2:
                fields[random.Next(Fields)] = [];
                break;
            case 3:
                (fields[Skiplink], fields[Backlink]) = (fields[Backlink], fields[Skiplink]);
                break;
            case 4:
                fields[Skiplink] = fields[Backlink];
                break;
            case 5:
                fields[Skiplink] = random.Next(2) == 0 ? [] : RandomHash();
                fields[Backlink] = random.Next(4) == 0 ? [] : RandomHash();
                break;
            case 6:
                fields[Pick([LogId, SequenceNumber, PayloadSize])] = LongerVarInt();
                break;
            case 7:
                fields[LogId] = VarInt(AnyNumber());
                break;
            case 8:
                fields[SequenceNumber] = VarInt(AnyNumber());
                break;
            case 9:
                fields[SequenceNumber] = VarInt((ulong)random.Next(3));
                break;
            case 10:
                RenumberWithFittingLinks(fields);
                break;
            case 11:
                fields[PayloadSize] = VarInt(AnyNumber());
                break;
            case 12:
                Damage(fields[Pick([Skiplink, Backlink, PayloadHash])]);
                break;
            case 13:
                payload = [.. payload.Take(random.Next(payload.Length + 1))];
                break;
            case 14:
                payload = [.. payload];
                Flip(payload);
                break;
            case 15:
                payload = RandomBytes(random.Next(400));
                fields[PayloadSize] = VarInt((ulong)payload.Length);
                fields[PayloadHash] = Yasmf.Hash(payload).Bytes.ToArray();
                break;
            case 16:
                key = Pick(originals).Key;
                fields[Author] = random.Next(4) == 0 ? RandomBytes(PublicKey.Length) : key.PublicKey.Bytes.ToArray();
                break;
            case 17:
                var doubled = random.Next(Signature);
                fields[doubled] = [.. fields[doubled], .. fields[doubled]];
                break;
            default:
                fields[Signature] = random.Next(2) == 0 ? new byte[KeyPair.SignatureLength] : RandomBytes(random.Next(70));
                break;
        }
    }

    /// <summary>Another position, with exactly the links it asks for: goes all the way through when signed again.</summary>
    private void RenumberWithFittingLinks(byte[][] fields)
    {
        var number = Math.Max(1, AnyNumber());
        fields[SequenceNumber] = VarInt(number);
        fields[Skiplink] = Lipmaa.NeedsSkiplink(number) ? RandomHash() : [];
        fields[Backlink] = number > 1 ? RandomHash() : [];
    }

    /// <summary>Now and then the whole is cut, lengthened or overwritten, with no regard to fields.</summary>
    private byte[] Roughen(byte[] entry)
    {
        switch (random.Next(40))
        {
            case 0:
                return entry[..random.Next(entry.Length + 1)];
            case 1:
                return [.. entry, .. RandomBytes(1 + random.Next(120))];
            case 2:
                Flip(entry);
                return entry;
            case 3:
                return RandomBytes(random.Next(BambooFields.MaxLength + 10));
            default:
                return entry;
        }
    }

    private void Damage(byte[] hash)
    {
        if (hash.Length > 1)
        {
            hash[random.Next(2)] = (byte)random.Next(256);
        }
    }

    private void Flip(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }
    }

    private ulong AnyNumber() => random.Next(3) switch
    {
        0 => (ulong)random.Next(300),
        1 => (1UL << random.Next(64)) - (ulong)random.Next(2),
        _ => (ulong)random.NextInt64() << random.Next(2),
    };

    private byte[] LongerVarInt()
    {
        var following = 1 + random.Next(8);
        return [(byte)(247 + following), .. new byte[following - 1], (byte)random.Next(200)];
    }

    private byte[] RandomHash() => Yasmf.Hash(RandomBytes(8)).Bytes.ToArray();

    private byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private static byte[] VarInt(ulong value)
    {
        var bytes = new byte[VarU64.LengthOf(value)];
        VarU64.Write(value, bytes);
        return bytes;
    }

    private static byte[] Join(byte[][] fields) => [.. fields.SelectMany(field => field)];
}
