using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>
/// Records that came whole but cannot be read yet, because an entry, an author or a shape they lean on is not here. Those of one burst wait
/// together. Bounded in number and bytes; the oldest go first. Losing one costs its transmission, never correctness: repair brings it again.
/// </summary>
internal sealed class PendingRecords
{
    /// <summary>Bursts whose records are kept.</summary>
    public const int MaxRecords = 256;

    /// <summary>Bytes of all records kept.</summary>
    public const int MaxBytes = 128 * 1024;

    private readonly LinkedList<Waiting> _inOrder = new();
    private readonly HashSet<string> _hashes = [];
    private int _bytes;

    public int Count => _inOrder.Count;

    public int Bytes => _bytes;

    public void Add(ReadOnlySpan<byte> record, RecordSequence before, IReadOnlyList<EntryPosition> missing)
    {
        var hash = Convert.ToHexString(Blake3.Hash(record));
        if (record.Length > MaxBytes || !_hashes.Add(hash))
        {
            return;
        }

        _inOrder.AddLast(new Waiting(record.ToArray(), hash, before, [.. missing]));
        _bytes += record.Length;
        while (_inOrder.Count > MaxRecords || _bytes > MaxBytes)
        {
            Remove(_inOrder.First!);
        }
    }

    /// <summary>Takes out the records that an entry may have made readable.</summary>
    public List<(byte[] Record, RecordSequence Before)> TakeWaitingFor(EntryPosition position) =>
        Take(waiting => waiting.Missing.Contains(position) || waiting.Missing.Count == 0);

    /// <summary>Takes out the records that wait for an author or a shape.</summary>
    public List<(byte[] Record, RecordSequence Before)> TakeWaitingForTerms() => Take(waiting => waiting.Missing.Count == 0);

    private List<(byte[] Record, RecordSequence Before)> Take(Predicate<Waiting> isWanted)
    {
        var taken = new List<(byte[], RecordSequence)>();
        for (var node = _inOrder.First; node is not null;)
        {
            var next = node.Next;
            if (isWanted(node.Value))
            {
                taken.Add((node.Value.Record, node.Value.Before));
                Remove(node);
            }

            node = next;
        }

        return taken;
    }

    private void Remove(LinkedListNode<Waiting> node)
    {
        _inOrder.Remove(node);
        _hashes.Remove(node.Value.Hash);
        _bytes -= node.Value.Record.Length;
    }

    private sealed record Waiting(byte[] Record, string Hash, RecordSequence Before, HashSet<EntryPosition> Missing);
}
