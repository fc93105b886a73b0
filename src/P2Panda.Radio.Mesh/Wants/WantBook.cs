using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Mesh.Wants;

/// <summary>
/// What this node is known to lack: logs up to a height, and logs of which only a sketch element is known. It is asked for a few times,
/// with growing pauses, for as long as something comes of it.
/// </summary>
internal sealed class WantBook
{
    /// <summary>Most logs and elements remembered.</summary>
    public const int MaxItems = 512;

    /// <summary>Times a want is said without anything coming of it.</summary>
    public const int MaxTries = 4;

    private readonly Dictionary<LogKey, ulong> _logs = [];
    private readonly List<ulong> _elements = [];
    private readonly HashSet<LogKey> _candidates = [];
    private uint _salt;

    public bool IsEmpty => _logs.Count == 0 && _elements.Count == 0;

    /// <summary>When to ask.</summary>
    public TimeSpan DueAt { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Times asked since something came of it.</summary>
    public int Tries { get; private set; }

    /// <summary>A log is known to reach a height. False when that is known already.</summary>
    public bool Add(LogKey log, ulong height, TimeSpan due)
    {
        if (_logs.TryGetValue(log, out var known) ? known >= height : _logs.Count >= MaxItems)
        {
            return false;
        }

        _logs[log] = height;
        Schedule(due);
        return true;
    }

    /// <summary>Elements without a name were found; they replace those of an earlier sketch.</summary>
    public void AddElements(uint salt, IReadOnlyList<ulong> elements, TimeSpan due)
    {
        if (elements.Count == 0)
        {
            return;
        }

        _salt = salt;
        _elements.Clear();
        _candidates.Clear();
        _elements.AddRange(elements.Take(LogWantMessage.MaxItems));
        Schedule(due);
    }

    /// <summary>A log of ours has grown.</summary>
    /// <param name="log">The log.</param>
    /// <param name="state">Its state now.</param>
    /// <param name="isNew">Whether we had nothing of it before.</param>
    /// <param name="patience">When to ask again for what is still missing.</param>
    public void Grown(LogKey log, LogState state, bool isNew, TimeSpan patience)
    {
        var progress = false;
        if (_logs.TryGetValue(log, out var height))
        {
            progress = true;
            if (state.Forked || state.Height >= height)
            {
                _logs.Remove(log);
            }
        }

        // A log that was new after the elements were found may be one of them, and is on its way as long as it grows.
        if (_elements.Count > 0 && (_elements.Remove(new SaltedHash(_salt).Element(LogName.Of(log), state)) ||
            _candidates.Contains(log) || (isNew && _candidates.Count < MaxItems)))
        {
            _candidates.Add(log);
            progress = true;
        }

        if (IsEmpty)
        {
            Clear();
        }
        else if (progress)
        {
            Tries = 0;
            DueAt = patience > DueAt || DueAt == TimeSpan.MaxValue ? patience : DueAt;
        }
    }

    /// <summary>Somebody else asked for the same part of a log.</summary>
    public void AskedByOther(LogKey log, ulong from, ulong? to, ulong ourNext, TimeSpan patience)
    {
        if (_elements.Count == 0 && _logs.Count == 1 && _logs.TryGetValue(log, out var height) && from <= ourNext && (to is null || to >= height))
        {
            DueAt = patience > DueAt ? patience : DueAt;
        }
    }

    /// <summary>What to ask for now, in parts that are missing; counts as asked.</summary>
    /// <param name="scope">The scope of the logs.</param>
    /// <param name="freshSalt">A salt, used when no element binds us to one.</param>
    /// <param name="missing">The parts of a log up to a height that are not here, at most a few.</param>
    /// <param name="retryAt">When to ask again, by the number of tries.</param>
    public LogWantMessage? Compose(
        uint scope, uint freshSalt, Func<LogKey, ulong, IEnumerable<(ulong From, ulong Count)>> missing, Func<int, TimeSpan> retryAt)
    {
        if (IsEmpty || Tries >= MaxTries)
        {
            Clear();
            return null;
        }

        var salt = _elements.Count > 0 ? _salt : freshSalt;
        var hash = new SaltedHash(salt);
        var wants = new List<LogWant>();
        foreach (var (log, height) in _logs)
        {
            foreach (var (from, count) in missing(log, height))
            {
                if (wants.Count < LogWantMessage.MaxItems)
                {
                    wants.Add(new LogWant(hash.Tag(LogName.Of(log)), from, count));
                }
            }
        }

        Tries++;
        DueAt = retryAt(Tries);
        return wants.Count == 0 && _elements.Count == 0
            ? null
            : new LogWantMessage(scope, salt, wants, [.. _elements.Select(SaltedHash.ShortOf)]);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _logs.Clear();
        _elements.Clear();
        _candidates.Clear();
        Tries = 0;
        DueAt = TimeSpan.MaxValue;
    }

    private void Schedule(TimeSpan due)
    {
        Tries = 0;
        DueAt = due < DueAt ? due : DueAt;
    }
}
