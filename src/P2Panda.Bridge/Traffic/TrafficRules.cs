using System.Collections.Frozen;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Traffic;

/// <summary>What may cross between internet and air, and how much of it. Never modified.</summary>
public sealed record TrafficRules
{
    /// <summary>The rules used when nothing else is said.</summary>
    public static TrafficRules Default { get; } = new();

    /// <summary>Schemas whose entries may go from the internet to the air; all when null.</summary>
    public FrozenSet<SchemaId>? AirSchemas { get; init; }

    /// <summary>Authors whose entries may go from the internet to the air; all when null.</summary>
    public FrozenSet<PublicKey>? AirAuthors { get; init; }

    /// <summary>Authors whose entries are not taken from the internet at all.</summary>
    public FrozenSet<PublicKey> BlockedAuthors { get; init; } = [];

    /// <summary>Documents whose entries are not taken from the internet at all.</summary>
    public FrozenSet<EntryId> BlockedDocuments { get; init; } = [];

    /// <summary>Longest entry with its operation that goes to the air, in bytes.</summary>
    public int MaxAirBytes { get; init; } = 16 * 1024;

    /// <summary>Time after which an entry that still waits for the air is not sent any more; none when null.</summary>
    public TimeSpan? MaxAirAge { get; init; }

    /// <summary>Share of the legal airtime of any hour for entries from the internet, 0 to 1.</summary>
    public double AirtimeShare { get; init; } = 0.2;

    /// <summary>Most entries an hour from the internet to the air; as many as the share allows when null.</summary>
    public int? EntriesPerHour { get; init; }

    /// <summary>Schemas whose entries go before others, the first first. Definitions of schemas always go before all.</summary>
    public IReadOnlyList<SchemaId> FirstSchemas { get; init; } = [];
}
