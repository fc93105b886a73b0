using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

internal sealed record MeshStatus
{
    [Description("Gateways in reach.")]
    public required int Neighbours { get; init; }

    [Description("Share of frames that is assumed to be lost when broadcasts are planned, 0 to 1.")]
    public required double PlanningLoss { get; init; }

    [Description("Events since the start, by name.")]
    public required IReadOnlyDictionary<string, long> Counters { get; init; }

    [Description("Frames sent since the start, by what they were for.")]
    public required IReadOnlyList<TrafficStatus> Traffic { get; init; }
}
