using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Mesh.Neighbours;

/// <summary>Numbers our changes, so that "agreed at change n" tells which entries a neighbour holds. Old entries count as change 1.</summary>
internal sealed class ChangeHistory
{
    /// <summary>Entries whose change is remembered.</summary>
    public const int MaxEntries = 8192;

    private readonly Dictionary<EntryPosition, long> _changes = [];
    private readonly Queue<EntryPosition> _order = new();

    /// <summary>The newest change.</summary>
    public long Last { get; private set; } = 1;

    public void Add(EntryPosition? entry)
    {
        Last++;
        if (entry is { } position && _changes.TryAdd(position, Last))
        {
            _order.Enqueue(position);
            if (_order.Count > MaxEntries)
            {
                _changes.Remove(_order.Dequeue());
            }
        }
    }

    public long Of(EntryPosition entry) => _changes.GetValueOrDefault(entry, 1);
}
