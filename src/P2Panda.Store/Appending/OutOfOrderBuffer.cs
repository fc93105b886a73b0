using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>
/// Which entries wait for a predecessor, without their bytes, and who has to go when there is no room.
/// <para>
/// Eviction order. An author over its own bound loses the entry that stands farthest above its log's height: it is the last to become
/// useful. When the whole buffer is over its bound, the author who uses most of what ran out (entries or bytes) loses its farthest
/// entry. The newcomer takes part in both comparisons and loses ties, so that full buffers do not churn; other ties go against the greater key.
/// </para>
/// </summary>
internal sealed class OutOfOrderBuffer(StoreBounds bounds)
{
    private readonly Dictionary<LogKey, SortedDictionary<ulong, BufferSlot>> _logs = [];
    private readonly Dictionary<PublicKey, Share> _authors = [];
    private readonly List<(BufferSlot Slot, bool Added)> _undo = [];

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public BufferSlot? Find(LogKey log, ulong sequenceNumber) =>
        _logs.TryGetValue(log, out var slots) && slots.TryGetValue(sequenceNumber, out var slot) ? slot : null;

    public IReadOnlyList<ulong> PositionsOf(LogKey log) => _logs.TryGetValue(log, out var slots) ? [.. slots.Keys] : [];

    public IEnumerable<BufferSlot> All() => _logs.Values.SelectMany(slots => slots.Values);

    /// <summary>Whether there is room for a newcomer, once <paramref name="victims"/> are gone.</summary>
    public bool TryMakeRoom(BufferSlot newcomer, Func<LogKey, ulong?> heightOf, out IReadOnlyList<BufferSlot> victims)
    {
        var leaving = new HashSet<BufferSlot>(ReferenceEqualityComparer.Instance);
        victims = [];
        var own = _authors.GetValueOrDefault(newcomer.Log.Author);
        var ownCount = (own?.Slots.Count ?? 0) + 1;
        var ownBytes = (own?.Bytes ?? 0) + newcomer.Size;
        var count = Count + 1;
        var bytes = Bytes + newcomer.Size;
        while (ownCount > bounds.MaxBufferedPerAuthor || ownBytes > bounds.MaxBufferedBytesPerAuthor ||
            count > bounds.MaxBuffered || bytes > bounds.MaxBufferedBytes)
        {
            var isOwnFault = ownCount > bounds.MaxBufferedPerAuthor || ownBytes > bounds.MaxBufferedBytesPerAuthor;
            var author = isOwnFault
                ? newcomer.Log.Author
                : HeaviestAuthor(newcomer, leaving, byCount: count > bounds.MaxBuffered);
            var victim = Farthest(author, newcomer, leaving, heightOf);
            if (ReferenceEquals(victim, newcomer))
            {
                return false;
            }

            leaving.Add(victim);
            count--;
            bytes -= victim.Size;
            if (author == newcomer.Log.Author)
            {
                ownCount--;
                ownBytes -= victim.Size;
            }
        }

        victims = [.. leaving];
        return true;
    }

    public void Add(BufferSlot slot)
    {
        Insert(slot);
        _undo.Add((slot, true));
    }

    public void Remove(BufferSlot slot)
    {
        Delete(slot);
        _undo.Add((slot, false));
    }

    /// <summary>Forgets how to undo: the transaction is durable.</summary>
    public void Commit() => _undo.Clear();

    /// <summary>Takes back everything since the last commit.</summary>
    public void Rollback()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            if (_undo[i].Added)
            {
                Delete(_undo[i].Slot);
            }
            else
            {
                Insert(_undo[i].Slot);
            }
        }

        _undo.Clear();
    }

    private PublicKey HeaviestAuthor(BufferSlot newcomer, HashSet<BufferSlot> leaving, bool byCount)
    {
        var heaviest = newcomer.Log.Author;
        var most = WeightOf(heaviest) + (byCount ? 1 : newcomer.Size);
        foreach (var author in _authors.Keys)
        {
            if (author != newcomer.Log.Author && WeightOf(author) is var weight &&
                (weight > most || (weight == most && heaviest != newcomer.Log.Author && author > heaviest)))
            {
                (heaviest, most) = (author, weight);
            }
        }

        return heaviest;

        long WeightOf(PublicKey author)
        {
            if (!_authors.TryGetValue(author, out var share))
            {
                return 0;
            }

            var gone = leaving.Where(slot => slot.Log.Author == author);
            return byCount ? share.Slots.Count - gone.Count() : share.Bytes - gone.Sum(slot => (long)slot.Size);
        }
    }

    private BufferSlot Farthest(PublicKey author, BufferSlot newcomer, HashSet<BufferSlot> leaving, Func<LogKey, ulong?> heightOf)
    {
        var isNewcomersAuthor = author == newcomer.Log.Author;
        var farthest = isNewcomersAuthor ? newcomer : null;
        var distance = isNewcomersAuthor ? Distance(newcomer) : 0;
        foreach (var slot in _authors.TryGetValue(author, out var share) ? share.Slots : [])
        {
            if (!leaving.Contains(slot) && (farthest is null || Distance(slot) > distance ||
                (Distance(slot) == distance && !ReferenceEquals(farthest, newcomer) && slot.Log > farthest.Log)))
            {
                (farthest, distance) = (slot, Distance(slot));
            }
        }

        return farthest ?? newcomer;

        ulong Distance(BufferSlot slot) => slot.SequenceNumber - (heightOf(slot.Log) ?? 0);
    }

    private void Insert(BufferSlot slot)
    {
        if (!_logs.TryGetValue(slot.Log, out var slots))
        {
            _logs[slot.Log] = slots = [];
        }

        slots.Add(slot.SequenceNumber, slot);
        if (!_authors.TryGetValue(slot.Log.Author, out var share))
        {
            _authors[slot.Log.Author] = share = new Share();
        }

        share.Slots.Add(slot);
        share.Bytes += slot.Size;
        Count++;
        Bytes += slot.Size;
    }

    private void Delete(BufferSlot slot)
    {
        var slots = _logs[slot.Log];
        slots.Remove(slot.SequenceNumber);
        if (slots.Count == 0)
        {
            _logs.Remove(slot.Log);
        }

        var share = _authors[slot.Log.Author];
        share.Slots.Remove(slot);
        share.Bytes -= slot.Size;
        if (share.Slots.Count == 0)
        {
            _authors.Remove(slot.Log.Author);
        }

        Count--;
        Bytes -= slot.Size;
    }

    private sealed class Share
    {
        public HashSet<BufferSlot> Slots { get; } = new(ReferenceEqualityComparer.Instance);

        public long Bytes { get; set; }
    }
}
