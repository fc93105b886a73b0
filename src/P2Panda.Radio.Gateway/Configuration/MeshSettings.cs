using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed class MeshSettings
{
    [Description("Share of frames a typical neighbour is assumed to lose before anything is measured (0 to 0.9).")]
    [Range(0.0, 0.9)]
    public double AssumedLoss { get; init; } = 0.2;

    [Description("Mean number of frames a neighbour is assumed to lose in a row (1 to 20); 1 when losses are independent.")]
    [Range(1.0, 20.0)]
    public double AssumedLossRun { get; init; } = 1;

    [Description("Whether entries heard from others are repeated for neighbours farther away.")]
    public bool Repeat { get; init; } = true;

    [Description("How long ready entries wait for company in a burst, in milliseconds (0 to 60000).")]
    [Range(0, 60_000)]
    public int BatchMilliseconds { get; init; } = 1_500;
}
