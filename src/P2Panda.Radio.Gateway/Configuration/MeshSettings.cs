using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using P2Panda.Core.Keys;
using P2Panda.Core.Operations;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Mesh.Filters;
using P2Panda.Radio.Mesh.Traffic;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed class MeshSettings
{
    [Description("mesh: speaks and listens; broadcast: never expects to hear anything and repeats its logs in turns; listen: never transmits.")]
    public MeshMode Mode { get; init; } = MeshMode.Mesh;

    [Description("Share of frames a typical neighbour is assumed to lose before anything is measured (0 to 0.9).")]
    [Range(0.0, 0.9)]
    public double AssumedLoss { get; init; } = 0.2;

    [Description("Mean number of frames a neighbour is assumed to lose in a row (1 to 20); 1 when losses are independent.")]
    [Range(1.0, 20.0)]
    public double AssumedLossRun { get; init; } = 1;

    [Description("Whether entries heard from others are repeated for neighbours farther away.")]
    public bool Repeat { get; init; } = true;

    [Description("Whose entries are repeated. all: everybody's; direct: those sealed by a gateway heard here itself, one hop; needs radio.attribution=always.")]
    public RepeatScope RepeatScope { get; init; } = RepeatScope.All;

    [Description("How long ready entries wait for company in a burst, in milliseconds (0 to 60000).")]
    [Range(0, 60_000)]
    public int BatchMilliseconds { get; init; } = 1_500;

    [Description("Share of time the channel may be in use before entries of others are no longer repeated at once (0 to 1); repair goes on.")]
    [Range(0.0, 1.0)]
    public double BusyChannel { get; init; } = 0.6;

    [Description("Share of the airtime that new entries of one author may use here (0.01 to 1).")]
    [Range(0.01, 1.0)]
    public double AuthorShare { get; init; } = 0.5;

    [Description("Share of the airtime that new entries of one schema may use here (0.01 to 1).")]
    [Range(0.01, 1.0)]
    public double SchemaShare { get; init; } = 0.8;

    [Description("Share of the airtime that entries from the internet may use here in any hour (0 to 1).")]
    [Range(0.0, 1.0)]
    public double InternetShare { get; init; } = 0.1;

    [Description("Longest entry with its operation that goes on the air, in bytes (256 to 200000). Longer ones, and what follows them in their log, stay off it.")]
    [Range(256, 200_000)]
    public int MaxEntryBytes { get; init; } = 16 * 1024;

    [Description("Authors whose logs are kept. Where neither authors nor schemas nor logs are listed, everything is kept.")]
    [AuthorKeys]
    public IReadOnlyList<string> KeepAuthors { get; init; } = [];

    [Description("Schema ids whose logs are kept, whoever writes them; with them the logs that define schemas are kept.")]
    [SchemaIds]
    public IReadOnlyList<string> KeepSchemaIds { get; init; } = [];

    [Description("Single logs that are kept, each as the public key of its author, a slash and the log id, as in …/0.")]
    [LogNames]
    public IReadOnlyList<string> KeepLogs { get; init; } = [];

    [Description("Where authors, schemas or logs are listed: whether the logs of others are repeated and held for a while, or ignored.")]
    public bool CarryOthers { get; init; } = true;

    [Description("Schema ids whose new entries go before all others, here and at gateways that repeat them; within the shares of their authors and schemas.")]
    [SchemaIds]
    public IReadOnlyList<string> UrgentSchemaIds { get; init; } = [];

    [Description("Single logs whose new entries go before all others, each as the public key of its author, a slash and the log id, as in …/0.")]
    [LogNames]
    public IReadOnlyList<string> UrgentLogs { get; init; } = [];

    [Description("Schema ids whose new entries go after all other new ones.")]
    [SchemaIds]
    public IReadOnlyList<string> BulkSchemaIds { get; init; } = [];

    [Description("How long entries are held that are only carried for others, in hours (1 to 8760).")]
    [Range(1, 8760)]
    public int CarryHours { get; init; } = 24;

    /// <summary>How the node takes part in the mesh.</summary>
    public MeshOptions ToOptions() => new()
    {
        Mode = Mode,
        AssumedLoss = AssumedLoss,
        AssumedLossRun = AssumedLossRun,
        Repeat = Repeat,
        RepeatScope = RepeatScope,
        BusyChannel = BusyChannel,
        BatchDelay = TimeSpan.FromMilliseconds(BatchMilliseconds),
        AuthorShare = AuthorShare,
        SchemaShare = SchemaShare,
        GuestShare = InternetShare,
        MaxEntryBytes = MaxEntryBytes,
        Filter = ToFilter(),
    };

    /// <summary>What new entries are on the air.</summary>
    public TrafficClasses ToClasses() =>
        new(UrgentSchemaIds.Select(SchemaOf), UrgentLogs.Select(LogNamesAttribute.LogOf), BulkSchemaIds.Select(SchemaOf));

    private CarryFilter ToFilter()
    {
        if (KeepAuthors.Count + KeepSchemaIds.Count + KeepLogs.Count == 0)
        {
            return CarryFilter.Everything;
        }

        // Nothing can be done with documents whose schema is not known.
        var schemas = KeepSchemaIds.Select(SchemaOf);
        return new CarryFilter(
            KeepAuthors.Select(KeyOf),
            KeepSchemaIds.Count == 0 ? [] : schemas.Append(SchemaId.SchemaDefinition).Append(SchemaId.SchemaFieldDefinition),
            KeepLogs.Select(LogNamesAttribute.LogOf),
            CarryOthers ? CarryDecision.Carry : CarryDecision.Ignore);
    }

    private static SchemaId SchemaOf(string text) =>
        SchemaId.TryParse(text, out var id) ? id : throw new ArgumentException($"'{text}' is no schema id.", nameof(text));

    private static PublicKey KeyOf(string text) =>
        PublicKey.TryParse(text, out var key) ? key : throw new ArgumentException($"'{text}' is no public key.", nameof(text));
}
