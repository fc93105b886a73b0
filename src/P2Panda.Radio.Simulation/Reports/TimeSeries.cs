namespace P2Panda.Radio.Simulation.Reports;

/// <summary>A named line over time.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Minutes and values.</param>
internal sealed record TimeSeries(string Name, IReadOnlyList<(double Minute, double Value)> Points);
