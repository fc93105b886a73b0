namespace Iot.Device.Sx127x;

/// <summary>A packet that came in whole.</summary>
/// <param name="Payload">The bytes; the receiver's from here on.</param>
/// <param name="RssiDbm">Signal strength in dBm.</param>
/// <param name="SnrDb">Signal-to-noise ratio in dB.</param>
/// <param name="FrequencyErrorHz">Sender's carrier minus ours in Hz, as the demodulator estimates it.</param>
public sealed record Sx127xPacket(byte[] Payload, double RssiDbm, double SnrDb, double FrequencyErrorHz);
