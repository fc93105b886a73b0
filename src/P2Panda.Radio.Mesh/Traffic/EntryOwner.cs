using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh.Filters;

namespace P2Panda.Radio.Mesh.Traffic;

/// <summary>Whose airtime an entry uses.</summary>
/// <param name="Author">Its author.</param>
/// <param name="Schema">Its schema id; none when the payload is no operation of format 1.</param>
internal readonly record struct EntryOwner(PublicKey Author, string? Schema)
{
    public static EntryOwner Of(VerifiedEntry entry) => new(entry.Log.Author, LogSchema.Of(entry));
}
