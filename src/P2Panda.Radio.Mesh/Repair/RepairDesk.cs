using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>
/// What neighbours are known to lack and we hold. Requests that come in before the answer goes out are answered together; what somebody
/// else is heard to answer is struck off.
/// </summary>
internal sealed class RepairDesk
{
    /// <summary>Entries remembered for one neighbour; it asks again for what is beyond.</summary>
    public const int MaxPerNeighbour = 1024;

    /// <summary>More entries than this are a long answer.</summary>
    public const int Long = 8;

    /// <summary>Neighbours served at a time.</summary>
    public const int MaxNeighbours = 32;

    /// <summary>Bursts of which symbols are asked for, remembered at a time.</summary>
    public const int MaxBursts = 64;

    private readonly Dictionary<PublicKey, HashSet<EntryPosition>> _requests = [];
    private readonly Dictionary<PublicKey, TimeSpan> _askedAt = [];
    private readonly Dictionary<BurstKey, (PublicKey Neighbour, int Missing)> _symbols = [];

    public bool IsEmpty => _requests.Count == 0 && _symbols.Count == 0;

    public IEnumerable<PublicKey> Neighbours => _requests.Keys;

    /// <summary>When the next answer is due.</summary>
    public TimeSpan DueAt { get; private set; } = TimeSpan.MaxValue;

    private TimeSpan _latest = TimeSpan.MaxValue;

    /// <summary>Something is to be answered: at an instant, or when others ask or answer meanwhile, at another one that is not later than the last.</summary>
    public void Open(TimeSpan due, TimeSpan latest)
    {
        if (DueAt == TimeSpan.MaxValue)
        {
            (DueAt, _latest) = (due, latest);
        }
    }

    /// <summary>Somebody else asks or answers: waits for what comes of it.</summary>
    public void Wait(TimeSpan until)
    {
        if (DueAt < until)
        {
            DueAt = until < _latest ? until : _latest;
        }
    }

    /// <summary>Something is to be answered that does not wait for what waits for airtime.</summary>
    public void Hurry(TimeSpan due) => DueAt = due < DueAt ? due : DueAt;

    /// <summary>Puts the answer off for want of airtime.</summary>
    public void PutOff(TimeSpan until) => (DueAt, _latest) = (until, until);

    /// <summary>What is left is answered at an instant.</summary>
    public void GoOn(TimeSpan at)
    {
        PutOff(at);
        Settle();
    }

    /// <summary>Entries that somebody lacks.</summary>
    public int Count => _requests.Values.Sum(positions => positions.Count);

    /// <summary>Whether a neighbour is being answered.</summary>
    public bool Serves(PublicKey neighbour) => _requests.ContainsKey(neighbour);

    /// <summary>Notes that a neighbour lacks entries; false when nothing new was noted.</summary>
    public bool Add(PublicKey neighbour, IEnumerable<EntryPosition> positions)
    {
        if (!_requests.TryGetValue(neighbour, out var wanted))
        {
            if (_requests.Count == MaxNeighbours)
            {
                return false;
            }

            wanted = [];
        }

        var added = false;
        foreach (var position in positions)
        {
            if (wanted.Count == MaxPerNeighbour)
            {
                break;
            }

            added |= wanted.Add(position);
        }

        if (wanted.Count > 0)
        {
            _requests[neighbour] = wanted;
        }

        return added;
    }

    /// <summary>Bursts of which symbols are asked for.</summary>
    public IEnumerable<BurstKey> Bursts => _symbols.Keys;

    /// <summary>Notes that a neighbour lacks symbols of a burst; the most that anybody lacks counts, by the last it said.</summary>
    public bool AddSymbols(PublicKey neighbour, BurstKey burst, int missing)
    {
        if (_symbols.TryGetValue(burst, out var known) ? known.Neighbour != neighbour && known.Missing >= missing : _symbols.Count == MaxBursts)
        {
            return false;
        }

        _symbols[burst] = (neighbour, missing);
        return true;
    }

    /// <summary>Somebody was heard saying a symbol.</summary>
    public void HeardSymbol(BurstKey burst)
    {
        if (_symbols.TryGetValue(burst, out var wanted))
        {
            if (wanted.Missing > 1)
            {
                _symbols[burst] = wanted with { Missing = wanted.Missing - 1 };
            }
            else
            {
                _symbols.Remove(burst);
                Settle();
            }
        }
    }

    /// <summary>Takes the burst whose symbols are to be said next; what was begun is finished before anything else.</summary>
    public (BurstKey Burst, PublicKey Neighbour, int Missing)? TakeSymbols()
    {
        foreach (var (burst, (neighbour, missing)) in _symbols)
        {
            _symbols.Remove(burst);
            return (burst, neighbour, missing);
        }

        return null;
    }

    /// <summary>Somebody was heard saying an entry.</summary>
    public void StrikeOff(EntryPosition position)
    {
        foreach (var (neighbour, wanted) in _requests)
        {
            if (wanted.Remove(position) && wanted.Count == 0)
            {
                _requests.Remove(neighbour);
            }
        }

        Settle();
    }

    /// <summary>Somebody was heard saying so many symbols over entries: who lacks no more of them is served.</summary>
    public void Answered(IReadOnlyList<EntryPosition> entries, int symbols)
    {
        foreach (var (neighbour, wanted) in _requests.ToList())
        {
            if (entries.Count(wanted.Contains) <= symbols)
            {
                wanted.ExceptWith(entries);
                if (wanted.Count == 0)
                {
                    Forget(neighbour);
                }
            }
        }
    }

    /// <summary>Most of an answer was heard: whoever asked has it, or asks again.</summary>
    public void Drop()
    {
        _requests.Clear();
        Settle();
    }

    /// <summary>Takes a neighbour's requests away: it has said anew what it lacks.</summary>
    public void Forget(PublicKey neighbour)
    {
        _requests.Remove(neighbour);
        _askedAt.Remove(neighbour);
        Settle();
    }

    /// <summary>Notes when a neighbour asked.</summary>
    public void NoteAsked(PublicKey neighbour, TimeSpan now) => _askedAt[neighbour] = now;

    /// <summary>Takes requests away that were not made again since an instant: who still lacks something would have.</summary>
    public void Expire(TimeSpan before)
    {
        foreach (var neighbour in _askedAt.Where(asked => asked.Value < before).Select(asked => asked.Key).ToList())
        {
            Forget(neighbour);
        }
    }

    /// <summary>
    /// Takes the next piece of work: entries in order of log and position, and how many symbols over them serve everybody. When that is as
    /// many as there are entries (or nearly) they are better sent as they are.
    /// </summary>
    public (IReadOnlyList<EntryPosition> Entries, int Symbols) Take(int maxEntries)
    {
        var union = new HashSet<EntryPosition>();
        foreach (var wanted in _requests.Values)
        {
            union.UnionWith(wanted);
        }

        var entries = union.OrderBy(position => position.Log).ThenBy(position => position.SequenceNumber).Take(maxEntries).ToList();
        var chosen = entries.ToHashSet();
        var symbols = 0;
        foreach (var (neighbour, wanted) in _requests)
        {
            var before = wanted.Count;
            wanted.ExceptWith(chosen);
            symbols = Math.Max(symbols, before - wanted.Count);
            if (wanted.Count == 0)
            {
                _requests.Remove(neighbour);
            }
        }

        Settle();
        return (entries, symbols);
    }

    private void Settle()
    {
        if (IsEmpty)
        {
            (DueAt, _latest) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        }
    }
}
