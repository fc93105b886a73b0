using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>The announcement section that asks for keys: the ids of seals that could not be checked.</summary>
internal static class AskedKeysSection
{
    public const byte Type = AnnouncementBody.FirstMeshSection + 3;

    public static byte[] Write(IReadOnlyList<KeyId> keys)
    {
        var writer = new WireWriter();
        foreach (var key in keys)
        {
            writer.UInt64(key.Value);
        }

        return writer.ToArray();
    }

    /// <summary>The first ids of a section, at most as many as are asked for at a time.</summary>
    public static List<KeyId> Read(ReadOnlySpan<byte> section)
    {
        var keys = new List<KeyId>();
        var reader = new WireReader(section);
        while (reader.Remaining >= KeyId.Length && keys.Count < IdentitySchedule.MaxAsked)
        {
            keys.Add(new KeyId(reader.UInt64()));
        }

        return keys;
    }
}
