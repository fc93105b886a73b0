using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Mesh.Neighbours;

/// <summary>Numbers our changes, so that "agreed at change n" tells which entries a neighbour holds. Old entries count as change 1.</summary>
internal sealed class ChangeHistory
{
    /// <summary>Entries whose change is remembered.</summary>
    public const int MaxEntries = 8192;

    private readonly Dictionary<EntryPosition, Change> _changes = [];
    private readonly Queue<EntryPosition> _order = new();

    /// <summary>The newest change.</summary>
    public long Last { get; private set; } = 1;

    public void Add(EntryPosition? entry)
    {
        Last++;
        if (entry is { } position && _changes.TryAdd(position, new Change(Last)))
        {
            _order.Enqueue(position);
            if (_order.Count > MaxEntries)
            {
                _changes.Remove(_order.Dequeue());
            }
        }
    }

    public long Of(EntryPosition entry) => _changes.TryGetValue(entry, out var change) ? change.Number : 1;

    /// <summary>A frame went by that carries entries.</summary>
    public void NoteFrame(IReadOnlyList<EntryPosition> entries, bool isOurs)
    {
        foreach (var entry in entries)
        {
            if (_changes.TryGetValue(entry, out var change))
            {
                change.FramesSent += isOurs ? 1 : 0;
                change.FramesHeard += isOurs ? 0 : 1;
            }
        }
    }

    /// <summary>Frames sent and heard that carry an entry.</summary>
    public (int Sent, int Heard) FramesOf(EntryPosition entry) =>
        _changes.TryGetValue(entry, out var change) ? (change.FramesSent, change.FramesHeard) : default;

    private sealed class Change(long number)
    {
        public long Number => number;

        public int FramesSent { get; set; }

        public int FramesHeard { get; set; }
    }
}
