using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>The announcement section that tells neighbours the highest counters we heard from them: key id and 48-bit counter each.</summary>
internal static class MarksSection
{
    public const byte Type = AnnouncementBody.FirstMeshSection + 2;

    private const int ItemLength = KeyId.Length + 6;

    public static byte[] Write(IEnumerable<KeyValuePair<KeyId, ulong>> counters)
    {
        var writer = new WireWriter();
        foreach (var (key, counter) in counters)
        {
            writer.UInt64(key.Value);
            writer.UInt48(counter);
        }

        return writer.ToArray();
    }

    /// <summary>The counter told for a key.</summary>
    public static ulong? Find(ReadOnlySpan<byte> section, KeyId key)
    {
        var reader = new WireReader(section);
        while (reader.Remaining >= ItemLength)
        {
            var id = reader.UInt64();
            var counter = reader.UInt48();
            if (id == key.Value && counter <= BurstFormat.MaxCounter)
            {
                return counter;
            }
        }

        return null;
    }
}
