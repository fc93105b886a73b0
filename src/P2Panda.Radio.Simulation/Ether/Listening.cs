using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Simulation.Ether;

/// <summary>What a receiver is set to hear.</summary>
/// <param name="FrequencyHz">Centre of the channel in Hz.</param>
/// <param name="Modulation">Modulation. The header decides coding rate and CRC of an explicit-header frame.</param>
/// <param name="ImplicitLength">Length in bytes that an implicit-header receiver takes every frame to have.</param>
/// <param name="MaximumLength">Explicit headers announcing more bytes are refused as damaged.</param>
public sealed record Listening(double FrequencyHz, LoraModulation Modulation, int ImplicitLength = 255, int MaximumLength = 255)
{
    /// <summary>Whether the demodulator would find a frame's preamble and sync word.</summary>
    public bool Hears(double carrierHz, LoraModulation sent) =>
        Modulation.SpreadingFactor == sent.SpreadingFactor
        && LoraTiming.BandwidthDivisor(Modulation.BandwidthHz) == LoraTiming.BandwidthDivisor(sent.BandwidthHz)
        // The demodulator tolerates an offset of a quarter of the bandwidth (datasheet 4.1.5).
        && Math.Abs(carrierHz - FrequencyHz) < 0.25 * Modulation.BandwidthHz
        && Modulation.SyncWord == sent.SyncWord
        && Modulation.ExplicitHeader == sent.ExplicitHeader
        && Modulation.InvertIq == sent.InvertIq;
}
