using System.Collections.Frozen;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using P2Panda.Bridge.Traffic;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>What crosses between internet and air. In force again when the gateway gets SIGHUP.</summary>
internal sealed record TrafficSettings : IValidatableObject
{
    private const string Everything = "*";

    [Description("Schema ids whose entries may go from the internet to the air, or [\"*\"] for all.")]
    [SchemaIds(AllowsEverything = true)]
    public IReadOnlyList<string> AirSchemaIds { get; init; } = [Everything];

    [Description("Public keys of authors whose entries may go from the internet to the air, or [\"*\"] for all.")]
    public IReadOnlyList<string> AirAuthors { get; init; } = [Everything];

    [Description("Public keys of authors whose entries are not taken from the internet at all.")]
    public IReadOnlyList<string> BlockAuthors { get; init; } = [];

    [Description("Ids of documents whose entries are not taken from the internet at all.")]
    public IReadOnlyList<string> BlockDocuments { get; init; } = [];

    [Description("Longest entry with its operation that goes from the internet to the air, in bytes (256 to 200000). Longer ones stay on IP.")]
    [Range(256, 200_000)]
    public int MaxAirBytes { get; init; } = 16_384;

    [Description("Hours after which an entry from the internet that still waits for the air is not sent any more (0 to 8760); 0 for never.")]
    [Range(0, 8760)]
    public int MaxAirAgeHours { get; init; }

    [Description("Share of the legal airtime of any hour that entries from the internet may use (0 to 1).")]
    [Range(0.0, 1.0)]
    public double AirtimeShare { get; init; } = 0.2;

    [Description("Most entries an hour from the internet to the air (0 to 100000); 0 for as many as the share allows.")]
    [Range(0, 100_000)]
    public int EntriesPerHour { get; init; }

    [Description("Schema ids whose entries from the internet go to the air before others', the first first. Definitions of schemas go before all.")]
    [SchemaIds]
    public IReadOnlyList<string> FirstSchemaIds { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AirAuthors is not [Everything] && AirAuthors.Any(text => !PublicKey.TryParse(text, out _)))
        {
            yield return new ValidationResult("must be a list of public keys (64 hexadecimal digits), or [\"*\"] for all", ["airAuthors"]);
        }

        if (BlockAuthors.Any(text => !PublicKey.TryParse(text, out _)))
        {
            yield return new ValidationResult("must be a list of public keys (64 hexadecimal digits)", ["blockAuthors"]);
        }

        if (BlockDocuments.Any(text => !Yasmf.TryParse(text, out _)))
        {
            yield return new ValidationResult("must be a list of document ids (0020 and 64 hexadecimal digits)", ["blockDocuments"]);
        }
    }

    /// <summary>The settings as rules.</summary>
    internal TrafficRules ToRules() => new()
    {
        AirSchemas = AirSchemaIds is [Everything] ? null : Schemas(AirSchemaIds).ToFrozenSet(),
        AirAuthors = AirAuthors is [Everything] ? null : Keys(AirAuthors),
        BlockedAuthors = Keys(BlockAuthors),
        BlockedDocuments = BlockDocuments.Select(text => Yasmf.TryParse(text, out var id) ? id : default).ToFrozenSet(),
        MaxAirBytes = MaxAirBytes,
        MaxAirAge = MaxAirAgeHours == 0 ? null : TimeSpan.FromHours(MaxAirAgeHours),
        AirtimeShare = AirtimeShare,
        EntriesPerHour = EntriesPerHour == 0 ? null : EntriesPerHour,
        FirstSchemas = [.. Schemas(FirstSchemaIds)],
    };

    private static IEnumerable<SchemaId> Schemas(IEnumerable<string> texts) =>
        texts.Select(text => SchemaId.TryParse(text, out var id) ? id : null).OfType<SchemaId>();

    private static FrozenSet<PublicKey> Keys(IEnumerable<string> texts) =>
        texts.Select(text => PublicKey.TryParse(text, out var key) ? key : default).ToFrozenSet();
}
