using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>
/// The announcement section that answers for gateways which those who asked for their keys do not hear: public keys, 32 bytes each. Nobody
/// vouches for them; a key is what its id says, and is known once a seal verifies with it.
/// </summary>
internal static class OthersKeysSection
{
    public const byte Type = AnnouncementBody.FirstMeshSection + 4;

    public static byte[] Write(IReadOnlyList<PublicKey> keys)
    {
        var section = new byte[keys.Count * PublicKey.Length];
        for (var place = 0; place < keys.Count; place++)
        {
            keys[place].Bytes.CopyTo(section.AsSpan(place * PublicKey.Length));
        }

        return section;
    }

    /// <summary>The first keys of a section, at most as many as are asked for at a time.</summary>
    public static List<PublicKey> Read(ReadOnlySpan<byte> section)
    {
        var keys = new List<PublicKey>();
        for (var at = 0; at + PublicKey.Length <= section.Length && keys.Count < IdentitySchedule.MaxAsked; at += PublicKey.Length)
        {
            keys.Add(new PublicKey(section.Slice(at, PublicKey.Length)));
        }

        return keys;
    }
}
