using P2Panda.Core.Logs;

namespace P2Panda.Store.Postgres;

/// <summary>
/// Recently appended or read entries, up to a number of bytes; the ones unused for longest go first. Lets the air read what it is about
/// to send without waiting for a server.
/// </summary>
internal sealed class EntryCache(long maxBytes)
{
    /// <summary>What an entry costs beside its bytes.</summary>
    private const int Overhead = 300;

    private readonly Lock _lock = new();
    private readonly Dictionary<EntryId, LinkedListNode<StoredEntry>> _byId = [];
    private readonly Dictionary<(LogKey Log, ulong Position), LinkedListNode<StoredEntry>> _byPosition = [];
    private readonly LinkedList<StoredEntry> _recent = [];
    private long _bytes;

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public StoredEntry? Find(EntryId id)
    {
        lock (_lock)
        {
            return Touch(_byId.GetValueOrDefault(id));
        }
    }

    public StoredEntry? Find(LogKey log, ulong sequenceNumber)
    {
        lock (_lock)
        {
            return Touch(_byPosition.GetValueOrDefault((log, sequenceNumber)));
        }
    }

    public void Add(StoredEntry entry)
    {
        lock (_lock)
        {
            if (_byId.ContainsKey(entry.Id))
            {
                return;
            }

            var node = _recent.AddFirst(entry);
            _byId.Add(entry.Id, node);
            _byPosition.Add((entry.Log, entry.SequenceNumber), node);
            _bytes += entry.Size + Overhead;
            while (_bytes > maxBytes && _recent.Last is { } oldest)
            {
                _recent.RemoveLast();
                _byId.Remove(oldest.Value.Id);
                _byPosition.Remove((oldest.Value.Log, oldest.Value.SequenceNumber));
                _bytes -= oldest.Value.Size + Overhead;
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _recent.Clear();
            _byId.Clear();
            _byPosition.Clear();
            _bytes = 0;
        }
    }

    private StoredEntry? Touch(LinkedListNode<StoredEntry>? node)
    {
        if (node is null)
        {
            return null;
        }

        _recent.Remove(node);
        _recent.AddFirst(node);
        return node.Value;
    }
}
