using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Mesh.Traffic;

/// <summary>
/// How much of the airtime new entries of one author, of one schema, and of the internet may use. Shares count what this node sends and
/// repeats of them; what neighbours ask for is bounded by their own quotas.
/// </summary>
internal sealed class TrafficQuotas(MeshOptions options)
{
    /// <summary>Authors, and schemas, told apart; beyond that those with most left are forgotten.</summary>
    public const int MaxOwners = 512;

    /// <summary>
    /// Internet-born entries save up for this share of an hour. What may be spent in an hour is lowered by three times as much, for what was
    /// saved before the hour and for the burst that goes beyond it at its end.
    /// </summary>
    private const double GuestDepth = 1.0 / 12;

    private readonly Dictionary<PublicKey, AirtimeBudget> _authors = [];
    private readonly Dictionary<string, AirtimeBudget> _schemas = [];
    private readonly AirtimeBudget _guests = new(
        options.AirtimePerHour * options.GuestShare * (1 - (3 * GuestDepth)), TimeSpan.Zero, options.AirtimePerHour * options.GuestShare * GuestDepth);

    /// <summary>When an entry may go on the air as far as its author, its schema and its origin are concerned; now when it may at once.</summary>
    public TimeSpan AllowedAt(EntryOwner owner, TrafficClass trafficClass, TimeSpan now)
    {
        var at = _authors.TryGetValue(owner.Author, out var author) ? author.AllowedAt(now) : now;
        if (owner.Schema is not null && _schemas.TryGetValue(owner.Schema, out var schema) && schema.AllowedAt(now) is var later && later > at)
        {
            at = later;
        }

        return trafficClass == TrafficClass.Guest && _guests.AllowedAt(now) is var guest && guest > at ? guest : at;
    }

    /// <summary>What internet-born entries may use now.</summary>
    public TimeSpan GuestsLeft(TimeSpan now) => _guests.Left(now);

    /// <summary>Counts a frame that carries entries.</summary>
    public void Spend(IReadOnlyList<EntryOwner> owners, TrafficClass trafficClass, TimeSpan airtime, TimeSpan now)
    {
        if (trafficClass == TrafficClass.Guest)
        {
            _guests.Spend(airtime, now);
        }

        foreach (var owner in owners)
        {
            Of(_authors, owner.Author, options.AuthorShare, now).Spend(airtime / owners.Count, now);
            if (owner.Schema is { } schema)
            {
                Of(_schemas, schema, options.SchemaShare, now).Spend(airtime / owners.Count, now);
            }
        }
    }

    private AirtimeBudget Of<TKey>(Dictionary<TKey, AirtimeBudget> table, TKey key, double share, TimeSpan now)
        where TKey : notnull
    {
        if (!table.TryGetValue(key, out var budget))
        {
            if (table.Count == MaxOwners)
            {
                table.Remove(table.MaxBy(pair => pair.Value.Left(now)).Key);
            }

            budget = new AirtimeBudget(options.AirtimePerHour * share, now);
            table.Add(key, budget);
        }

        return budget;
    }
}
