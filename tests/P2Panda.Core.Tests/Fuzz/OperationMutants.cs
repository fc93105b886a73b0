using System.Text;
using P2Panda.Core.Cbor;
using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Core.Tests.Fuzz;

/// <summary>
/// Damaged operations, written by a generator that knows the layout and goes wrong in one or a few places: a count that is off, a type
/// that does not belong, a length not in its shortest form, chunks, names out of order, hashes of another kind.
/// </summary>
internal sealed class OperationMutants(Random random)
{
    private static readonly EntryId[] Ids = [.. Enumerable.Range(0, 40).Select(i => Yasmf.Hash([(byte)i])).Order()];

    private readonly List<byte> _output = [];
    private int _mistakes;

    public byte[] Next()
    {
        _output.Clear();
        _mistakes = random.Next(5) switch { 0 => 0, 1 or 2 => 1, 3 => 2, _ => 5 };
        WriteOperation();
        if (Mistake(30))
        {
            return [.. _output.Take(random.Next(_output.Count))];
        }

        if (Mistake(30))
        {
            _output[random.Next(_output.Count)] = (byte)random.Next(256);
        }

        if (random.Next(20) == 0)
        {
            _output.AddRange(Ids[0].Bytes);
        }

        return [.. _output];
    }

    private void WriteOperation()
    {
        var action = (OperationAction)random.Next(3);
        var items = action == OperationAction.Update ? 5 : 4;
        if (Mistake(20))
        {
            items = random.Next(8);
        }

        if (Mistake(30))
        {
            _output.Add(0x9f);
        }
        else
        {
            Head(Mistake(30) ? AnyType() : CborMajorType.Array, (ulong)items);
        }

        Number(Mistake(20) ? (ulong)random.Next(4) : 1);
        Number(Mistake(20) ? (ulong)random.Next(6) : (ulong)action);
        SchemaIdText();
        if (action != OperationAction.Create ^ Mistake(20))
        {
            Previous();
        }

        if (action != OperationAction.Delete ^ Mistake(20))
        {
            Fields();
        }
    }

    private void Number(ulong value)
    {
        if (Mistake(15))
        {
            Value(depth: 0);
        }
        else
        {
            Head(CborMajorType.Unsigned, value);
        }
    }

    private void SchemaIdText()
    {
        var view = string.Join('_', Ids.Take(1 + random.Next(3)));
        var text = random.Next(3) switch
        {
            0 => "schema_field_definition_v1",
            1 => $"blob_v{random.Next(Mistake(10) ? 999 : 255)}",
            _ => $"venues_{view}",
        };
        if (Mistake(10))
        {
            text = random.Next(5) switch
            {
                0 => "venues",
                1 => $"_{view}",
                2 => $"{text}_{Ids[0]}",
                3 => $"1{text}",
                _ => text[..random.Next(text.Length)],
            };
        }

        String(Mistake(15) ? CborMajorType.Bytes : CborMajorType.Text, Encoding.UTF8.GetBytes(text));
    }

    private void Previous()
    {
        EntryId[] ids = [.. Ids.Skip(random.Next(20)).Take(1 + random.Next(4))];
        if (Mistake(10))
        {
            ids = random.Next(3) switch { 0 => [], 1 => [.. ids.Reverse()], _ => [.. ids, ids[0]] };
        }

        if (random.Next(20) == 0)
        {
            String(CborMajorType.Text, Encoding.ASCII.GetBytes(string.Join('_', ids)));
        }
        else if (Mistake(20))
        {
            Value(depth: 0);
        }
        else
        {
            IdList(ids);
        }
    }

    private void Fields()
    {
        if (Mistake(20))
        {
            Value(depth: 0);
            return;
        }

        var tooMany = Mistake(100);
        List<string> names = [.. Enumerable.Range(0, tooMany ? PlainFields.MaxCount + 1 : random.Next(5))
            .Select(i => $"{(char)('a' + random.Next(26))}{i:0000}").Order(StringComparer.Ordinal)];
        if (names.Count > 1 && Mistake(10))
        {
            names[^1] = random.Next(2) == 0 ? names[0] : names[^2];
        }

        var indefinite = random.Next(10) == 0;
        if (indefinite)
        {
            _output.Add(0xbf);
        }
        else
        {
            Head(CborMajorType.Map, (ulong)Math.Max(0, names.Count + (Mistake(30) ? random.Next(3) - 1 : 0)));
        }

        foreach (var name in names)
        {
            if (Mistake(30))
            {
                Value(depth: 1);
            }
            else
            {
                String(CborMajorType.Text, Mistake(30) ? [0xc3, 0x28] : Encoding.UTF8.GetBytes(name));
            }

            if (tooMany)
            {
                _output.Add(0xf4);
            }
            else
            {
                Value(depth: 1);
            }
        }

        if (indefinite && !Mistake(10))
        {
            _output.Add(0xff);
        }
    }

    private void Value(int depth)
    {
        if (Mistake(8))
        {
            WrongValue();
            return;
        }

        switch (random.Next(8))
        {
            case 0:
                _output.Add((byte)(0xf4 + random.Next(2)));
                break;
            case 1:
                Head(random.Next(2) == 0 ? CborMajorType.Unsigned : CborMajorType.Negative, (ulong)random.NextInt64() >> random.Next(64));
                break;
            case 2:
                _output.Add((byte)(0xf9 + random.Next(3)));
                _output.AddRange(RandomBytes(1 << (_output[^1] - 0xf8)));
                break;
            case 3:
                String(CborMajorType.Text, Encoding.UTF8.GetBytes(random.Next(2) == 0 ? "Pandä 🐼" : ""));
                break;
            case 4:
                String(CborMajorType.Bytes, random.Next(2) == 0 ? Ids[random.Next(40)].Bytes.ToArray() : RandomBytes(random.Next(40)));
                break;
            case 5 when depth < 2:
                Head(CborMajorType.Array, 2);
                IdList([.. Ids.Take(random.Next(3))]);
                IdList([.. Ids.Take(random.Next(3))]);
                break;
            case 6:
                Head(CborMajorType.Tag, (ulong)(2 + random.Next(2)));
                String(CborMajorType.Bytes, RandomBytes(random.Next(9)));
                break;
            default:
                IdList([.. Ids.Skip(random.Next(10)).Take(random.Next(4))]);
                break;
        }
    }

    private void WrongValue()
    {
        switch (random.Next(6))
        {
            case 0:
                _output.AddRange((byte[])[0xf6, 0xf7]);
                break;
            case 1:
                Head(CborMajorType.Map, 0);
                break;
            case 2:
                Head(random.Next(2) == 0 ? CborMajorType.Unsigned : CborMajorType.Negative, ulong.MaxValue - (ulong)random.Next(9));
                break;
            case 3:
                Head(CborMajorType.Array, 2);
                IdList([Ids[0]]);
                String(CborMajorType.Bytes, Ids[1].Bytes.ToArray());
                break;
            case 4:
                Head(CborMajorType.Tag, (ulong)random.Next(5));
                String(CborMajorType.Bytes, RandomBytes(random.Next(20)));
                break;
            default:
                _output.Add((byte)random.Next(256));
                break;
        }
    }

    private void IdList(IReadOnlyList<EntryId> ids)
    {
        var indefinite = random.Next(10) == 0;
        if (indefinite)
        {
            _output.Add(0x9f);
        }
        else
        {
            Head(CborMajorType.Array, (ulong)ids.Count);
        }

        foreach (var id in ids)
        {
            var bytes = id.Bytes.ToArray();
            if (Mistake(20))
            {
                bytes = random.Next(2) == 0 ? bytes[1..] : [(byte)random.Next(3), (byte)(0x1f + random.Next(3)), .. bytes[2..]];
            }

            String(CborMajorType.Bytes, bytes);
        }

        if (indefinite)
        {
            _output.Add(0xff);
        }
    }

    private void String(CborMajorType type, byte[] content)
    {
        if (random.Next(15) == 0)
        {
            _output.Add((byte)(((byte)type << 5) | CborHeader.IndefiniteAdditional));
            Head(Mistake(5) ? AnyType() : type, (ulong)content.Length);
            _output.AddRange(content);
            _output.Add(0xff);
            return;
        }

        Head(type, Mistake(40) ? (ulong)random.NextInt64() : (ulong)content.Length);
        _output.AddRange(content);
    }

    /// <summary>A head, now and then longer than need be.</summary>
    private void Head(CborMajorType type, ulong argument)
    {
        var width = argument switch { < 24 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, <= uint.MaxValue => 4, _ => 8 };
        while (width < 8 && random.Next(15) == 0)
        {
            width = width == 0 ? 1 : 2 * width;
        }

        var additional = width switch { 0 => (byte)argument, 1 => (byte)24, 2 => (byte)25, 4 => (byte)26, _ => (byte)27 };
        _output.Add((byte)(((byte)type << 5) | additional));
        for (var shift = (8 * width) - 8; shift >= 0; shift -= 8)
        {
            _output.Add((byte)(argument >> shift));
        }
    }

    private CborMajorType AnyType() => (CborMajorType)random.Next(8);

    /// <summary>Whether to go wrong here: one time in <paramref name="rarity"/>, while mistakes are left.</summary>
    private bool Mistake(int rarity)
    {
        if (_mistakes == 0 || random.Next(rarity) != 0)
        {
            return false;
        }

        _mistakes--;
        return true;
    }

    private byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
