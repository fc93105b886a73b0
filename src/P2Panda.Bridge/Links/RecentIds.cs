using P2Panda.Core.Logs;

namespace P2Panda.Bridge.Links;

/// <summary>The entries a peer has just sent us: they are no news to it. The oldest are forgotten first. Safe to use from any thread.</summary>
internal sealed class RecentIds(int capacity)
{
    private readonly Lock _gate = new();
    private readonly HashSet<EntryId> _ids = [];
    private readonly Queue<EntryId> _order = new();

    public void Add(EntryId id)
    {
        lock (_gate)
        {
            if (_ids.Add(id))
            {
                _order.Enqueue(id);
            }

            if (_order.Count > capacity)
            {
                _ids.Remove(_order.Dequeue());
            }
        }
    }

    public bool Contains(EntryId id)
    {
        lock (_gate)
        {
            return _ids.Contains(id);
        }
    }
}
