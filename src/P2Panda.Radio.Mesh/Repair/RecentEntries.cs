using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>
/// The entries that came last, in the order of their coming. Whoever lacks something most likely lacks one of these: a repair set that covers
/// them all serves neighbours who have not asked yet.
/// </summary>
internal sealed class RecentEntries(IEnumerable<EntryPosition> history)
{
    private readonly List<EntryPosition> _entries = [.. history.TakeLast(RepairSetMessage.MaxEntries)];

    /// <summary>The newest first.</summary>
    public IEnumerable<EntryPosition> Newest => _entries.AsEnumerable().Reverse();

    public void Add(EntryPosition entry)
    {
        _entries.Add(entry);
        if (_entries.Count > RepairSetMessage.MaxEntries)
        {
            _entries.RemoveAt(0);
        }
    }
}
