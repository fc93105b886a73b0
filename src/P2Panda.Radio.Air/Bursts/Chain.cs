using P2Panda.Core.Hashing;
using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>
/// A record longer than one burst, cut into parts of which each is a sealed burst. A part's body: the first eight bytes of BLAKE3 over the
/// record, number of parts, index, then its bytes. All parts but the last have one length.
/// </summary>
internal sealed class Chain
{
    /// <summary>Bytes that name a chain.</summary>
    public const int IdLength = 8;

    /// <summary>Longest record: a blob piece of 256 000 bytes with its entry, and some more.</summary>
    public const int MaxLength = 262_144;

    /// <summary>Most parts.</summary>
    public const int MaxParts = 2048;

    public Chain(ReadOnlySpan<byte> record, int partRoom)
    {
        // Index and count take at most three bytes each up to MaxParts.
        var share = partRoom - IdLength - 6;
        var count = share > 0 ? (record.Length + share - 1) / share : int.MaxValue;
        if (record.Length > MaxLength || count > MaxParts)
        {
            throw new ArgumentException($"A record of {record.Length} bytes is longer than a chain of bursts carries here.", nameof(record));
        }

        var hash = Blake3.Hash(record);
        var parts = new List<byte[]>();
        for (var index = 0; index < count; index++)
        {
            var writer = new RecordWriter();
            writer.Bytes(hash.AsSpan(0, IdLength));
            writer.Number((ulong)count);
            writer.Number((ulong)index);
            writer.Bytes(record.Slice(index * share, Math.Min(share, record.Length - (index * share))));
            parts.Add(writer.ToArray());
        }

        Parts = parts;
    }

    public IReadOnlyList<byte[]> Parts { get; }
}
