using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

internal sealed record RadioStatus
{
    [Description("What the radio is doing.")]
    public required string State { get; init; }

    [Description("Regional plan.")]
    public required string Region { get; init; }

    [Description("Profile of the plan.")]
    public required string Profile { get; init; }

    [Description("Carrier frequency in Hz.")]
    public required long FrequencyHz { get; init; }

    [Description("Conducted power in dBm.")]
    public required int PowerDbm { get; init; }

    [Description("Overrides of the plan in force: laxer figures that the operator answers for.")]
    public required IReadOnlyList<string> Overrides { get; init; }

    [Description("How the account of airtime was found at the start.")]
    public required string Ledger { get; init; }

    [Description("Airtime left in the current window of the law, in seconds; absent where there is no such limit.")]
    public double? AirtimeLeftSeconds { get; init; }

    [Description("Airtime used in the last hour, in seconds.")]
    public required double AirtimeUsedSeconds { get; init; }

    [Description("Events since the start, by name.")]
    public required IReadOnlyDictionary<string, long> Counters { get; init; }
}
