using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>
/// The body of an announcement: sections, each with its type and length in front. Sections 1 to 15 are this layer's, 16 and above the
/// mesh's; a receiver skips the types it does not know.
/// </summary>
public static class AnnouncementBody
{
    /// <summary>The announcing gateway's public key, 32 bytes.</summary>
    public const byte KeySection = 1;

    /// <summary>Operation shapes, as <see cref="AirDictionary.Announce"/> writes them.</summary>
    public const byte ShapesSection = 2;

    /// <summary>Authors' public keys, 32 bytes each.</summary>
    public const byte AuthorsSection = 3;

    /// <summary>First section type that belongs to the mesh.</summary>
    public const byte FirstMeshSection = 16;

    /// <summary>Writes a body.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<byte, byte[]>> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        var writer = new RecordWriter();
        foreach (var (type, content) in sections)
        {
            writer.Byte(type);
            writer.Number((ulong)content.Length);
            writer.Bytes(content);
        }

        return writer.ToArray();
    }

    /// <summary>Takes a body apart; none when it does not parse.</summary>
    public static IReadOnlyList<KeyValuePair<byte, byte[]>>? Read(ReadOnlySpan<byte> body)
    {
        var sections = new List<KeyValuePair<byte, byte[]>>();
        var reader = new RecordReader(body);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryByte(out var type) || !reader.TryCount(body.Length, out var length) || !reader.TryBytes(length, out var content))
            {
                return null;
            }

            sections.Add(KeyValuePair.Create(type, content.ToArray()));
        }

        return sections;
    }

    /// <summary>The announced key, where there is a good one.</summary>
    internal static PublicKey? KeyOf(ReadOnlySpan<byte> body)
    {
        var content = Read(body)?.FirstOrDefault(section => section.Key == KeySection).Value;
        return content is { Length: PublicKey.Length } ? new PublicKey(content) : null;
    }
}
