using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>Drops what was only carried and is old: whole logs, or the beginning of logs that still grow.</summary>
internal sealed class Pruning(LogIndex index, IPruneRows rows, long receivedBefore)
{
    private readonly List<LogState> _shortened = [];
    private readonly List<LogKey> _forgotten = [];
    private long _entries;
    private int _buffered;

    /// <summary>Entries whose bytes went.</summary>
    public long Dropped => _entries;

    /// <summary>Entries that left the buffer.</summary>
    public int DroppedBuffered => _buffered;

    /// <summary>Logs of which nothing is left.</summary>
    public IReadOnlyList<LogKey> Forgotten => _forgotten;

    /// <summary>Carried logs that have something old, in their order.</summary>
    public IReadOnlyList<LogState> Due() =>
        [.. index.All(RetentionClass.Carried).Where(log => log.FirstReceived < receivedBefore).OrderBy(log => log.Key)];

    public void DropBuffered()
    {
        var old = index.WithBuffer(buffer => buffer.All()
            .Where(slot => slot.Retention == RetentionClass.Carried && slot.ReceivedAt < receivedBefore).ToList());
        foreach (var slot in old)
        {
            rows.DeleteBuffered(slot.Log, slot.SequenceNumber);
            _buffered += index.WithBuffer(buffer =>
            {
                buffer.Remove(slot);
                return 1;
            });
        }
    }

    public void Prune(LogState log)
    {
        if (log.LastReceived < receivedBefore || rows.FindReceivedSince(log, receivedBefore) is not { } rest)
        {
            _entries += rows.Forget(log);
            _forgotten.Add(log.Key);
            return;
        }

        _entries += rows.DropBytesBelow(log, rest.Position);
        var shortened = log with { AvailableFrom = rest.Position, FirstReceived = rest.ReceivedAt };
        rows.WriteLog(shortened);
        _shortened.Add(shortened);
    }

    /// <summary>Makes it visible once the rows are durable.</summary>
    public PruneResult Commit()
    {
        index.Commit(_shortened, [], _forgotten, -_entries);
        return new PruneResult(_entries, _buffered, _forgotten);
    }
}
