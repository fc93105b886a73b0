using P2Panda.Core.Keys;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>
/// Airtime used in the last hour by traffic class and by author. This is for quotas and metrics, not for the law, and forgets on restart.
/// </summary>
public sealed class AirtimeShares
{
    /// <summary>Authors kept apart; when there are more, those who used least are forgotten first.</summary>
    public const int MaxAuthors = 512;

    /// <summary>The window shares are counted over.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly SlidingAirtime _total = new(Window);
    private readonly Dictionary<TrafficClass, SlidingAirtime> _classes = [];
    private readonly Dictionary<PublicKey, SlidingAirtime> _authors = [];

    /// <summary>Authors kept apart now.</summary>
    public int Authors => _authors.Count;

    /// <summary>Airtime used in the last hour, in total.</summary>
    public TimeSpan Used(TimeSpan now) => Used(_total, now);

    /// <summary>Airtime used in the last hour for a class of traffic.</summary>
    public TimeSpan Used(TrafficClass trafficClass, TimeSpan now) =>
        _classes.TryGetValue(trafficClass, out var used) ? Used(used, now) : TimeSpan.Zero;

    /// <summary>Airtime used in the last hour for an author's entries.</summary>
    public TimeSpan Used(PublicKey author, TimeSpan now) =>
        _authors.TryGetValue(author, out var used) ? Used(used, now) : TimeSpan.Zero;

    /// <summary>Authors and what was used for them in the last hour, the greediest first.</summary>
    public IReadOnlyList<KeyValuePair<PublicKey, TimeSpan>> ByAuthor(TimeSpan now) =>
        [.. _authors.Select(pair => KeyValuePair.Create(pair.Key, Used(pair.Value, now))).Where(pair => pair.Value > TimeSpan.Zero).OrderByDescending(pair => pair.Value)];

    internal void Add(TrafficClass trafficClass, PublicKey? author, TimeSpan airtime, TimeSpan now)
    {
        _total.Add(now, airtime);
        Of(_classes, trafficClass).Add(now, airtime);
        if (author is not { } key)
        {
            return;
        }

        if (!_authors.ContainsKey(key) && _authors.Count == MaxAuthors)
        {
            _authors.Remove(_authors.MinBy(pair => Used(pair.Value, now)).Key);
        }

        Of(_authors, key).Add(now, airtime);
    }

    private static SlidingAirtime Of<TKey>(Dictionary<TKey, SlidingAirtime> table, TKey key)
        where TKey : notnull
    {
        if (!table.TryGetValue(key, out var used))
        {
            used = new SlidingAirtime(Window);
            table.Add(key, used);
        }

        return used;
    }

    private static TimeSpan Used(SlidingAirtime used, TimeSpan now)
    {
        used.Expire(now);
        return used.Used;
    }
}
