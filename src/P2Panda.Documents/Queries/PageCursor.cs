using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using P2Panda.Core.Hashing;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Queries;

/// <summary>
/// The place of a document in an order: what it is ordered by, how far that goes, and the ids that break ties. A page goes on behind that
/// place, wherever the document itself has gone meanwhile.
/// </summary>
internal sealed record PageCursor(byte[] Order, byte[] Sort, byte[] Tie, long Item, byte[] Holder)
{
    private const byte Version = 1;
    private const int OrderLength = 6;
    private const int MaxLength = 16 * 1024;

    /// <summary>Tells orders apart; a cursor of another order means nothing.</summary>
    public static byte[] OrderOf(CollectionQuery query) =>
        Blake3.Hash(ValueKey.Of($"{query.Order.Key} {query.Order.Field} {query.Order.IsDescending}"))[..OrderLength];

    public string Encode()
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write([Version]);
        foreach (var part in (byte[][])[Order, Sort, Tie, ValueKey.Of(Item), Holder])
        {
            bytes.Write([(byte)(part.Length >> 8), (byte)part.Length]);
            bytes.Write(part);
        }

        return Base64Url.EncodeToString(bytes.WrittenSpan);
    }

    public static bool TryDecode(string text, [NotNullWhen(true)] out PageCursor? cursor)
    {
        cursor = null;
        var bytes = new byte[Math.Min(text.Length, MaxLength)];
        if (text.Length > MaxLength || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length == 0 || bytes[0] != Version)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes.AsSpan(1, length - 1);
        var parts = new byte[5][];
        for (var i = 0; i < parts.Length; i++)
        {
            if (rest.Length < 2 || rest.Length - 2 < ((rest[0] << 8) | rest[1]))
            {
                return false;
            }

            var partLength = (rest[0] << 8) | rest[1];
            parts[i] = rest.Slice(2, partLength).ToArray();
            rest = rest[(2 + partLength)..];
        }

        if (!rest.IsEmpty || parts[3].Length != sizeof(long))
        {
            return false;
        }

        cursor = new PageCursor(parts[0], parts[1], parts[2], ValueKey.ToInteger(parts[3]), parts[4]);
        return true;
    }
}
