using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Mesh.Wants;

/// <summary>
/// What this node is known to lack: logs up to a height, and logs of which only a sketch element is known. It is asked for
/// with growing pauses.
/// </summary>
internal sealed class WantBook
{
    /// <summary>Most logs and elements remembered.</summary>
    public const int MaxItems = 512;

    /// <summary>Times a want is said without anything coming of it, before its pauses no longer grow.</summary>
    public const int MaxTries = 6;

    /// <summary>An answer of so many entries is not long.</summary>
    private const int ShortAnswer = 8;

    private readonly Dictionary<LogKey, ulong> _logs = [];
    private readonly List<ulong> _elements = [];
    private readonly HashSet<LogKey> _candidates = [];
    private uint _salt;

    public bool IsEmpty => _logs.Count == 0 && _elements.Count == 0;

    /// <summary>When to ask.</summary>
    public TimeSpan DueAt { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Times asked since something came of it.</summary>
    public int Tries { get; private set; }

    /// <summary>Nothing is asked for before: the last time nothing came of it.</summary>
    private TimeSpan _quietUntil;

    /// <summary>Whether anything came of asking, for what is missing now.</summary>
    public bool HasProgressed { get; private set; }

    /// <summary>Whether much may be missing, of which an answer takes long.</summary>
    public bool MayBeLong { get; private set; }

    /// <summary>Waits with asking: something is on its way, or somebody else has asked.</summary>
    public void Wait(TimeSpan until) => DueAt = DueAt < until ? until : DueAt;

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

    /// <summary>Somebody has just what we have: elements asked for in vain are of the past. If not, they are found again.</summary>
    public void NoteAgreement()
    {
        if (Tries > 1)
        {
            _elements.Clear();
            _candidates.Clear();
            ClearIfEmpty();
        }
    }

    /// <summary>A log of ours has grown.</summary>
    /// <param name="log">The log.</param>
    /// <param name="state">Its state now.</param>
    /// <param name="isNew">Whether we had nothing of it before.</param>
    /// <param name="patience">When to ask again for what is still missing.</param>
    /// <returns>Whether something came that was wanted.</returns>
    public bool Grown(LogKey log, LogState state, bool isNew, TimeSpan patience)
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
        if (_elements.Remove(new SaltedHash(_salt).Element(LogName.Of(log), state)))
        {
            _candidates.Remove(log);
            progress = true;
        }
        else if (_elements.Count > 0 && (_candidates.Contains(log) || (isNew && _candidates.Count < MaxItems)))
        {
            _candidates.Add(log);
            progress = true;
        }

        if (progress)
        {
            HasProgressed = true;
            Tries = 0;
            _quietUntil = TimeSpan.Zero;
        }

        if (IsEmpty)
        {
            Clear();
        }
        else if (progress)
        {
            DueAt = patience > DueAt || DueAt == TimeSpan.MaxValue ? patience : DueAt;
        }

        return progress;
    }

    /// <summary>Entries that are known to be missing, or none when there is no telling how many.</summary>
    /// <param name="heightOf">How far a log is here.</param>
    public ulong? Missing(Func<LogKey, ulong> heightOf) => _elements.Count > 0
        ? null
        : _logs.Aggregate(0UL, (sum, log) => sum + Math.Max(log.Value, heightOf(log.Key)) - heightOf(log.Key));

    /// <summary>More of an answer came: if nothing follows it is asked for at an instant.</summary>
    public void Progress(TimeSpan due)
    {
        HasProgressed = true;
        Tries = 0;
        _quietUntil = TimeSpan.Zero;
        DueAt = due;
    }

    /// <summary>Something was asked for.</summary>
    /// <param name="retryAt">When to ask again, by the number of tries.</param>
    public void Asked(Func<int, TimeSpan> retryAt)
    {
        Tries = Math.Min(Tries + 1, MaxTries);
        DueAt = _quietUntil = retryAt(Tries);
    }

    /// <summary>What to ask for now, in parts that are missing.</summary>
    /// <param name="scope">The scope of the logs.</param>
    /// <param name="freshSalt">A salt, used when no element binds us to one.</param>
    /// <param name="heightOf">How far a log is here.</param>
    /// <param name="missing">The parts of a log up to a height that are not here, at most a few.</param>
    public LogWantMessage? Compose(uint scope, uint freshSalt, Func<LogKey, ulong> heightOf, Func<LogKey, ulong, IEnumerable<(ulong From, ulong Count)>> missing)
    {
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

        // Of a log that may be one of the elements the beginning is here: whoever resolves the element need not say it again.
        foreach (var log in _candidates.Where(log => !_logs.ContainsKey(log)).Take(LogWantMessage.MaxItems - wants.Count))
        {
            wants.Add(new LogWant(hash.Tag(LogName.Of(log)), heightOf(log) + 1, 0));
        }

        MayBeLong = wants.Sum(want => (double)want.Count) > ShortAnswer || (_elements.Count > 0 && (MayBeLong || Tries > 0));
        return wants.Count == 0 && _elements.Count == 0
            ? null
            : new LogWantMessage(scope, salt, wants, [.. _elements.Select(SaltedHash.ShortOf)]);
    }

    /// <summary>Stops asking when nothing is known to be missing.</summary>
    public void ClearIfEmpty()
    {
        if (IsEmpty)
        {
            Clear();
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _logs.Clear();
        _elements.Clear();
        _candidates.Clear();
        HasProgressed = MayBeLong = false;
        DueAt = TimeSpan.MaxValue;
    }

    private void Schedule(TimeSpan due)
    {
        due = due > _quietUntil ? due : _quietUntil;
        DueAt = due < DueAt ? due : DueAt;
    }
}
