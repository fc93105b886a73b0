using System.Buffers.Binary;
using System.Text;
using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Tables;

/// <summary>
/// Values as byte strings whose order is the order of the values: integers and floats in eight bytes with the sign turned, strings as
/// UTF-8, ids as they are, views as their ids one after the other. The databases compare byte strings alike, whatever their collations.
/// </summary>
internal static class ValueKey
{
    /// <summary>Bytes by which documents are ordered; what comes later in a value does not count. PostgreSQL's index rows are short.</summary>
    public const int MaxSortLength = 200;

    /// <summary>Longest byte string that is stored as it is; of a longer one the beginning and a hash are, and the operation has the rest.</summary>
    public const int MaxBytesLength = 255;

    private const int LongBytesPrefix = 224;

    public static byte[] Of(bool value) => [value ? (byte)1 : (byte)0];

    public static byte[] Of(long value)
    {
        var key = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, value ^ long.MinValue);
        return key;
    }

    public static byte[] Of(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return Of(bits >= 0 ? bits : ~bits ^ long.MinValue);
    }

    public static byte[] Of(string value) => Encoding.UTF8.GetBytes(value);

    public static byte[] Of(ReadOnlySpan<byte> value)
    {
        if (value.Length <= MaxBytesLength)
        {
            return value.ToArray();
        }

        var key = new byte[LongBytesPrefix + Blake3.HashLength];
        value[..LongBytesPrefix].CopyTo(key);
        Blake3.Hash(value, key.AsSpan(LongBytesPrefix));
        return key;
    }

    public static byte[] Of(EntryId id) => id.Bytes.ToArray();

    public static byte[] Of(IReadOnlyList<EntryId> view) => view.Count == 1 ? Of(view[0]) : [.. view.SelectMany(id => id.Bytes.ToArray())];

    public static byte[] Of(DocumentViewId view) => Of(view.OperationIds);

    public static bool ToBoolean(byte[] key) => key[0] != 0;

    public static long ToInteger(byte[] key) => BinaryPrimitives.ReadInt64BigEndian(key) ^ long.MinValue;

    public static double ToFloat(byte[] key)
    {
        var bits = ToInteger(key);
        return BitConverter.Int64BitsToDouble(bits >= 0 ? bits : ~bits ^ long.MinValue);
    }

    public static string ToText(byte[] key) => Encoding.UTF8.GetString(key);

    public static EntryId ToEntryId(byte[] key) => EntryId.FromBytes(key);

    public static DocumentViewId ToView(byte[] key)
    {
        var ids = new EntryId[key.Length / Yasmf.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = EntryId.FromBytes(key.AsSpan(i * Yasmf.Length, Yasmf.Length));
        }

        return DocumentViewId.FromUnsorted(ids);
    }

    /// <summary>Whether the value is longer than what is stored of it.</summary>
    public static bool IsLong(byte[] bytesKey) => bytesKey.Length > MaxBytesLength;

    /// <summary>The part by which documents are ordered.</summary>
    public static byte[] Sort(byte[] key) => key.Length <= MaxSortLength ? key : key[..MaxSortLength];

    /// <summary>Letters A to Z made small and all else left: what <c>contains</c> looks through, as in aquadoggo.</summary>
    public static byte[] Fold(byte[] text)
    {
        var folded = (byte[])text.Clone();
        for (var i = 0; i < folded.Length; i++)
        {
            folded[i] = folded[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(folded[i] | 0x20) : folded[i];
        }

        return folded;
    }
}
