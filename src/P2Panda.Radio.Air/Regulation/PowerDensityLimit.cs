namespace P2Panda.Radio.Air.Regulation;

/// <summary>A limit on power per slice of spectrum, measured as the power limit it belongs to.</summary>
/// <param name="MaxDbm">Highest power in one slice, in dBm.</param>
/// <param name="PerHz">Width of a slice in Hz.</param>
/// <param name="AboveBandwidthHz">Applies only to emissions wider than this, in Hz.</param>
public sealed record PowerDensityLimit(double MaxDbm, int PerHz, int AboveBandwidthHz = 0);
