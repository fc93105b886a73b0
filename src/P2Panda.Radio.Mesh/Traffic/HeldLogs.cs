using P2Panda.Core.Logs;

namespace P2Panda.Radio.Mesh.Traffic;

/// <summary>
/// Logs of which not everything stored may go on the air yet: internet-born entries, or those of an author or a schema that has used its
/// share. A log is held from one entry on, because receivers can do nothing with what follows; it is announced up to there only, so that
/// nobody asks for the rest. Held logs take turns.
/// </summary>
internal sealed class HeldLogs
{

    private readonly Dictionary<LogKey, ulong> _next = [];
    private readonly Queue<LogKey> _turns = new();

    public int Count => _next.Count;

    /// <summary>When a held entry may go.</summary>
    public TimeSpan DueAt { get; set; } = TimeSpan.MaxValue;

    /// <summary>The first entry of a log that is held, or none.</summary>
    public ulong? FirstOf(LogKey log) => _next.TryGetValue(log, out var next) ? next : null;

    /// <summary>Holds a log from an entry on, unless it is held from an earlier one.</summary>
    public void Hold(LogKey log, ulong from, TimeSpan due)
    {
        if (_next.TryAdd(log, from))
        {
            _turns.Enqueue(log);
        }
        else if (from < _next[log])
        {
            _next[log] = from;
        }

        DueAt = due < DueAt ? due : DueAt;
    }

    /// <summary>The log whose turn it is; it goes to the end of the queue.</summary>
    public (LogKey Log, ulong Next)? Turn()
    {
        while (_turns.TryDequeue(out var log))
        {
            if (_next.TryGetValue(log, out var next))
            {
                _turns.Enqueue(log);
                return (log, next);
            }
        }

        return null;
    }

    /// <summary>Entries before <paramref name="next"/> are on the air, or known to others already.</summary>
    public void Advance(LogKey log, ulong next, ulong height)
    {
        if (!_next.TryGetValue(log, out var held) || held >= next)
        {
            return;
        }

        if (next > height)
        {
            _next.Remove(log);
        }
        else
        {
            _next[log] = next;
        }
    }
}
