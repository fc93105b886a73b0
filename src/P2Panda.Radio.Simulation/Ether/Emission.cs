using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Simulation.Ether;

/// <summary>What a transmitter puts on the air besides the bytes.</summary>
/// <param name="FrequencyHz">Programmed carrier in Hz.</param>
/// <param name="Modulation">Modulation.</param>
/// <param name="PowerDbm">Power at the antenna connector in dBm.</param>
public sealed record Emission(double FrequencyHz, LoraModulation Modulation, double PowerDbm);
