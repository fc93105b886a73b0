using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>
/// What a region allows, as data (firmware-config/regions). Engineering guidance, not legal advice: where sources disagree the
/// stricter figure is the default and the other an override that the operator must name.
/// </summary>
public sealed record RegionalPlan
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The schema the file follows.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Name of the plan: "eu868".</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>ISO 3166 codes of countries it is known to suit, or "EU"; empty when that must be looked up.</summary>
    public required IReadOnlyList<string> Countries { get; init; }

    /// <summary>Why no station may use the plan, or none.</summary>
    public string? Refusal { get; init; }

    /// <summary>What to know before use.</summary>
    public string? Note { get; init; }

    /// <summary>Where the figures come from: key to citation.</summary>
    public required IReadOnlyDictionary<string, string> Sources { get; init; }

    /// <summary>Rules, preferred ones first.</summary>
    public required IReadOnlyList<SubBand> SubBands { get; init; }

    /// <summary>Stretches that must not be touched.</summary>
    public IReadOnlyList<ForbiddenBand> Forbidden { get; init; } = [];

    /// <summary>Radio profiles; the first is the default.</summary>
    public IReadOnlyList<RadioProfile> Profiles { get; init; } = [];

    /// <summary>Reads a plan.</summary>
    /// <exception cref="FormatException">It is not a plan; the message says where.</exception>
    public static RegionalPlan Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<RegionalPlan>(json, Options) ?? throw new FormatException("The regional plan is null.");
        }
        catch (JsonException failure)
        {
            throw new FormatException($"The regional plan cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>A profile by name, or none.</summary>
    public RadioProfile? FindProfile(string id) => Profiles.FirstOrDefault(profile => profile.Id == id);

    /// <summary>A rule by name, or none.</summary>
    public SubBand? FindSubBand(string id) => SubBands.FirstOrDefault(band => band.Id == id);
}
