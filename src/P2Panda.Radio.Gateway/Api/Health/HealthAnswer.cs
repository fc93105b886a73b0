using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Health;

/// <summary>Whether all is well, and how the parts are.</summary>
internal sealed record HealthAnswer(
    [property: Description("ok or failing.")] string Status,
    [property: Description("The state of each part.")] IReadOnlyDictionary<string, string> Parts);
