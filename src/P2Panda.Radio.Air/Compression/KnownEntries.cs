using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>
/// The stored logs and, on top, the entries decoded a moment ago, which the store may not have appended yet. Bounded; the oldest go first.
/// </summary>
internal sealed class KnownEntries(ILogView logs, AirDictionary dictionary)
{
    /// <summary>Recent entries kept.</summary>
    public const int MaxRecent = 256;

    private readonly Dictionary<(LogKey Log, ulong SequenceNumber), VerifiedEntry> _byPosition = [];
    private readonly Dictionary<EntryId, VerifiedEntry> _byId = [];
    private readonly Queue<VerifiedEntry> _inOrder = new();
    public ILogView Logs => logs;

    public void Add(VerifiedEntry entry)
    {
        if (!_byPosition.TryAdd((entry.Log, entry.SequenceNumber), entry))
        {
            return;
        }

        _byId[entry.Id] = entry;
        _inOrder.Enqueue(entry);
        if (_inOrder.Count > MaxRecent)
        {
            var oldest = _inOrder.Dequeue();
            _byPosition.Remove((oldest.Log, oldest.SequenceNumber));
            _byId.Remove(oldest.Id);
        }
    }

    public bool TryGetId(LogKey log, ulong sequenceNumber, out EntryId id)
    {
        if (logs.TryGetId(log, sequenceNumber, out id))
        {
            return true;
        }

        if (_byPosition.TryGetValue((log, sequenceNumber), out var entry))
        {
            id = entry.Id;
            return true;
        }

        return false;
    }

    public bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber)
    {
        if (logs.TryGetPosition(id, out log, out sequenceNumber))
        {
            return true;
        }

        if (_byId.TryGetValue(id, out var entry))
        {
            (log, sequenceNumber) = (entry.Log, entry.SequenceNumber);
            return true;
        }

        return false;
    }

    public OperationShape? ShapeAt(LogKey log, ulong sequenceNumber)
    {
        ReadOnlyMemory<byte>? payload = null;
        if (!logs.TryGetBytes(log, sequenceNumber, out _, out payload) &&
            _byPosition.TryGetValue((log, sequenceNumber), out var entry))
        {
            payload = entry.PayloadBytes;
        }

        return payload is { } operation ? OperationOutline.Read(operation.Span)?.ShapeOf(operation.Span) : null;
    }

    /// <summary>Known authors whose key begins as the reference says.</summary>
    public List<PublicKey> Resolve(ShortReference reference, int limit)
    {
        var authors = new List<PublicKey>();
        Span<byte> prefix = stackalloc byte[ShortReference.MaxLength];
        prefix = prefix[..reference.Length];
        for (var last = 0; last < 4 && authors.Count < limit; last++)
        {
            reference.WritePrefix(last, prefix);
            logs.FindAuthors(prefix, limit - authors.Count, authors);
        }

        foreach (var author in dictionary.Authors.Concat(_inOrder.Select(entry => entry.Log.Author)))
        {
            if (authors.Count < limit && reference.Matches(author.Bytes) && !authors.Contains(author))
            {
                authors.Add(author);
            }
        }

        return authors;
    }

    /// <summary>The shortest reference to an author that few known authors share.</summary>
    public ShortReference ReferenceTo(PublicKey author)
    {
        for (var length = 1; ; length++)
        {
            var reference = ShortReference.To(author.Bytes, length);
            if (length == ShortReference.MaxLength || Resolve(reference, 3).Count <= 2)
            {
                return reference;
            }
        }
    }
}
