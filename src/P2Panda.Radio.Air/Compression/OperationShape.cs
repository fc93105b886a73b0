using System.Buffers;
using P2Panda.Core.Hashing;

namespace P2Panda.Radio.Air.Compression;

/// <summary>A schema id and the names of an operation's fields: what every operation of one kind repeats and the air need not.</summary>
internal sealed class OperationShape
{
    /// <summary>Longest encoding, in bytes; longer ones are neither learned nor announced.</summary>
    public const int MaxEncodedLength = 1024;

    /// <summary>Most field names.</summary>
    public const int MaxNames = 255;

    private const int HexIdLength = 68;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    public OperationShape(byte[] schema, IReadOnlyList<byte[]> names)
    {
        Schema = schema;
        Names = names;
        var writer = new RecordWriter();
        Write(writer);
        Encoded = writer.ToArray();
        Hash = new byte[32];
        Blake3.Hash(Encoded, Hash);
    }

    /// <summary>The schema id as text, UTF-8.</summary>
    public byte[] Schema { get; }

    /// <summary>Field names in the order of the operation, UTF-8.</summary>
    public IReadOnlyList<byte[]> Names { get; }

    /// <summary>The form in which a shape is announced.</summary>
    public byte[] Encoded { get; }

    /// <summary>BLAKE3 of <see cref="Encoded"/>: the shape's name, by whose beginning records refer to it.</summary>
    public byte[] Hash { get; }

    public bool HasNames(IReadOnlyList<byte[]> names)
    {
        if (names.Count != Names.Count)
        {
            return false;
        }

        for (var index = 0; index < names.Count; index++)
        {
            if (!names[index].AsSpan().SequenceEqual(Names[index]))
            {
                return false;
            }
        }

        return true;
    }

    public static OperationShape? Read(ref RecordReader reader)
    {
        if (!TryReadSchema(ref reader, out var schema) || !reader.TryCount(MaxNames, out var count))
        {
            return null;
        }

        var names = new List<byte[]>();
        for (var index = 0; index < count; index++)
        {
            if (!reader.TryCount(MaxEncodedLength, out var length) || !reader.TryBytes(length, out var name))
            {
                return null;
            }

            names.Add(name.ToArray());
        }

        return new OperationShape(schema, names);
    }

    /// <summary>A schema id: its name, the number of ids in its view, their digests.</summary>
    public static void WriteSchema(RecordWriter writer, ReadOnlySpan<byte> schema)
    {
        var (name, ids) = Split(schema);
        writer.Number((ulong)name.Length);
        writer.Bytes(name);
        writer.Number((ulong)ids.Count);
        ids.ForEach(id => writer.Bytes(id));
    }

    public static bool TryReadSchema(ref RecordReader reader, out byte[] schema)
    {
        schema = [];
        if (!reader.TryCount(MaxEncodedLength, out var nameLength) || !reader.TryBytes(nameLength, out var name) ||
            !reader.TryCount(MaxEncodedLength / OperationOutline.DigestLength, out var count) ||
            !reader.TryBytes(count * OperationOutline.DigestLength, out var digests))
        {
            return false;
        }

        schema = new byte[nameLength + (count * (1 + HexIdLength))];
        name.CopyTo(schema);
        var position = nameLength;
        for (var index = 0; index < count; index++)
        {
            "_0020"u8.CopyTo(schema.AsSpan(position));
            Convert.TryToHexStringLower(
                digests.Slice(index * OperationOutline.DigestLength, OperationOutline.DigestLength), schema.AsSpan(position + 5), out _);
            position += 1 + HexIdLength;
        }

        return true;
    }

    private void Write(RecordWriter writer)
    {
        WriteSchema(writer, Schema);
        writer.Number((ulong)Names.Count);
        foreach (var name in Names)
        {
            writer.Number((ulong)name.Length);
            writer.Bytes(name);
        }
    }

    // Peels "_0020" + 64 lower-case digits from the right, as long as there are any.
    private static (byte[] Name, List<byte[]> Ids) Split(ReadOnlySpan<byte> schema)
    {
        var ids = new List<byte[]>();
        while (schema.Length > 1 + HexIdLength && schema[^(1 + HexIdLength)..].StartsWith("_0020"u8))
        {
            var digest = new byte[OperationOutline.DigestLength];
            var digits = schema[^(2 * OperationOutline.DigestLength)..];
            if (digits.ContainsAnyExcept(HexDigits) ||
                Convert.FromHexString(digits, digest, out _, out _) != OperationStatus.Done)
            {
                break;
            }

            ids.Insert(0, digest);
            schema = schema[..^(1 + HexIdLength)];
        }

        return (schema.ToArray(), ids);
    }
}
