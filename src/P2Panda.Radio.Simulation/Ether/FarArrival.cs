namespace P2Panda.Radio.Simulation.Ether;

/// <summary>A frame of a station of another process, as it arrives at the one station of this one.</summary>
/// <param name="Emission">Channel, modulation and power as programmed.</param>
/// <param name="CarrierHz">Carrier with the error of the sender's crystal, in Hz.</param>
/// <param name="Bytes">The frame.</param>
/// <param name="Start">When it began, as time since this process's ether began.</param>
/// <param name="RssiDbm">Strength here, in dBm.</param>
/// <param name="Faded">Whether it is lost to chance.</param>
internal sealed record FarArrival(Emission Emission, double CarrierHz, byte[] Bytes, TimeSpan Start, double RssiDbm, bool Faded);
