namespace P2Panda.Radio.Simulation.Ether;

/// <summary>What happens to a signal between two antennas.</summary>
/// <param name="PathLossDb">Attenuation with antenna gains taken off, in dB. 110 dB at 14 dBm is a comfortable link, 135 dB is the edge of SF7.</param>
/// <param name="LossProbability">Chance that a frame fades away altogether, 0 to 1, drawn for each frame from the ether's seed.</param>
/// <param name="ShadowingDb">Standard deviation of the attenuation from frame to frame, in dB.</param>
public sealed record Link(double PathLossDb = 110, double LossProbability = 0, double ShadowingDb = 0);
