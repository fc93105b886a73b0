using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Mesh.Wants;

/// <summary>
/// Bursts heard in part, and asking for the rest of them. Anybody can send symbols of bursts that do not exist, so that a burst is
/// reckoned with on credit, which completed bursts earn, and whatever else comes that was wanted.
/// </summary>
internal sealed class PartialBursts
{
    /// <summary>Bursts remembered; the one silent for longest makes room.</summary>
    public const int MaxBursts = 64;

    /// <summary>Times the rest of a burst is asked for without a symbol coming.</summary>
    public const int MaxAsks = 10;

    /// <summary>Times the rest of a burst is asked for that was begun before a restart: nobody may remember it any more.</summary>
    public const int MaxAsksResumed = 4;

    /// <summary>Most bursts that are reckoned with before any is completed.</summary>
    public const int MaxCredit = 6;

    /// <summary>Most that are reckoned with besides while a long answer is on its way.</summary>
    public const int MaxExpected = 32;

    /// <summary>Time in which one comes back.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromMinutes(20);

    private readonly Dictionary<BurstKey, Partial> _bursts = [];
    private readonly EvidenceCredit _credit = new(MaxCredit, Refill);
    private readonly EvidenceCredit _expected = new(MaxExpected, Refill);

    /// <summary>Bursts remembered.</summary>
    public int Count => _bursts.Count;

    /// <summary>A symbol of an unfinished burst was heard. What comes on is asked for again as often as it takes.</summary>
    /// <param name="key">The burst.</param>
    /// <param name="rank">Different symbols here.</param>
    /// <param name="isExpected">Whether a long answer is on its way, which comes in many bursts at once.</param>
    /// <param name="quietAt">When it is silent for so long that the rest may be asked for.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Whether it is to be reckoned with.</returns>
    public bool Heard(BurstKey key, int rank, bool isExpected, TimeSpan quietAt, TimeSpan now)
    {
        if (!_bursts.TryGetValue(key, out var burst) && _bursts.Count == MaxBursts)
        {
            _bursts.Remove(_bursts.MinBy(other => other.Value.HeardAt).Key);
        }

        var isNews = burst is null || rank > burst.Rank;
        var counts = burst is { Counts: true } || (isNews && ((isExpected && _expected.TryTake(now)) || _credit.TryTake(now)));
        _bursts[key] = new Partial(rank, isNews ? 0 : burst!.Asks, counts, isNews ? now : burst!.HeardAt, quietAt, burst is { IsResumed: true });
        return counts;
    }

    /// <summary>A burst was partly here before a restart.</summary>
    /// <param name="key">The burst.</param>
    /// <param name="rank">Different symbols here.</param>
    /// <param name="due">When the rest is to be asked for.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Whether it is to be reckoned with.</returns>
    public bool Resumed(BurstKey key, int rank, TimeSpan due, TimeSpan now)
    {
        if (_bursts.Count == MaxBursts)
        {
            return false;
        }

        var counts = _credit.TryTake(now);
        _bursts[key] = new Partial(rank, MaxAsks - MaxAsksResumed, counts, now, due, IsResumed: true);
        return counts;
    }

    /// <summary>Whether something begun before a restart is still to be asked for.</summary>
    public bool HasResumed => _bursts.Values.Any(burst => burst.IsResumed && burst.Counts);

    /// <summary>The bursts to be reckoned with, those first of which most is here.</summary>
    public IEnumerable<BurstKey> Reckoned => _bursts.Where(burst => burst.Value.Counts)
        .OrderByDescending(burst => ShareOf(burst.Key, burst.Value)).ThenBy(burst => burst.Value.HeardAt).Select(burst => burst.Key);

    /// <summary>A burst was completed.</summary>
    /// <param name="key">The burst.</param>
    /// <param name="isNews">Whether it brought what was not here yet; old bursts can be played again.</param>
    public void Completed(BurstKey key, bool isNews)
    {
        if (_bursts.Remove(key) && isNews)
        {
            _credit.Earn();
            _expected.Earn();
        }
    }

    /// <summary>Nothing is lacking: what is partly here was for others.</summary>
    public void Forget() => _bursts.Clear();

    /// <summary>Something came that was asked for: there are neighbours who answer.</summary>
    public void WantFulfilled() => _credit.Earn();

    /// <summary>Symbols that are missing of a burst that is partly here.</summary>
    public int? Missing(BurstKey key) => _bursts.TryGetValue(key, out var burst) ? key.SourceSymbols - burst.Rank : null;

    /// <summary>Whether there are any to be reckoned with.</summary>
    public bool HasAny => _bursts.Values.Any(burst => burst.Counts);

    /// <summary>When the first burst to be reckoned with may be silent that is not yet, or none.</summary>
    public TimeSpan? NextQuiet(TimeSpan now)
    {
        var coming = _bursts.Values.Where(burst => burst.QuietAt > now && burst.Counts).Select(burst => burst.QuietAt).ToList();
        return coming.Count > 0 ? coming.Min() : null;
    }

    /// <summary>What to ask for now, those first of which most is here.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="rankOf">How many symbols of a burst are here; none when it is forgotten.</param>
    public List<SymbolWant> Take(TimeSpan now, Func<BurstKey, int?> rankOf)
    {
        var wants = new List<SymbolWant>();
        foreach (var (key, burst) in _bursts.OrderByDescending(other => ShareOf(other.Key, other.Value)).ToList())
        {
            if (burst.Asks >= MaxAsks || rankOf(key) is not { } rank || rank >= key.SourceSymbols)
            {
                _bursts.Remove(key);
            }
            else if (burst.QuietAt <= now && wants.Count < WantMessage.MaxSymbolWants && burst.Counts)
            {
                wants.Add(new SymbolWant(key, key.SourceSymbols - rank));
                _bursts[key] = burst with { Asks = burst.Asks + 1 };
            }
        }

        return wants;
    }

    private static double ShareOf(BurstKey key, Partial burst) => (double)burst.Rank / key.SourceSymbols;

    private sealed record Partial(int Rank, int Asks, bool Counts, TimeSpan HeardAt, TimeSpan QuietAt, bool IsResumed);
}
