using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>What one run of a <see cref="RelayExperiment"/> gave.</summary>
/// <param name="Entries">Entries published.</param>
/// <param name="Delivered">Share of (entry, node) pairs delivered in time.</param>
/// <param name="Traffic">Frames and airtime by kind.</param>
public sealed record RelayResult(int Entries, double Delivered, IReadOnlyDictionary<string, MeshTraffic> Traffic)
{
    private static readonly string[] EntryKinds = ["push", "relay", "repair", "manifest", "carousel"];

    /// <summary>Time on air of frames that carry entries.</summary>
    public TimeSpan EntryAirtime => Sum(pair => EntryKinds.Contains(pair.Key));

    /// <summary>Time on air of everything.</summary>
    public TimeSpan Airtime => Sum(_ => true);

    /// <summary>Frames that carry entries, per entry.</summary>
    public double EntryFramesPerEntry => (double)Traffic.Where(pair => EntryKinds.Contains(pair.Key)).Sum(pair => pair.Value.Frames) / Entries;

    private TimeSpan Sum(Func<KeyValuePair<string, MeshTraffic>, bool> which) =>
        Traffic.Where(which).Aggregate(TimeSpan.Zero, (sum, pair) => sum + pair.Value.Airtime);
}
