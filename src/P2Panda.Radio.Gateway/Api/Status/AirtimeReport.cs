using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

/// <summary>Who used the air in the last hour.</summary>
internal sealed record AirtimeReport
{
    [Description("Airtime used in the last hour, in seconds.")]
    public required double UsedSeconds { get; init; }

    [Description("Airtime left in the current window of the law, in seconds; absent where there is no such limit.")]
    public double? LeftSeconds { get; init; }

    [Description("Seconds by class of traffic.")]
    public required IReadOnlyDictionary<string, double> ByClass { get; init; }

    [Description("Seconds by author whose entries were carried, the greediest first; at most 512.")]
    public required IReadOnlyList<AuthorAirtime> ByAuthor { get; init; }
}
