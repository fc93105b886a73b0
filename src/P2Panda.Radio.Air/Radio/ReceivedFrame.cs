namespace P2Panda.Radio.Air.Radio;

/// <summary>A frame with a correct CRC, and how it was heard.</summary>
/// <param name="Bytes">1 to 255 bytes.</param>
/// <param name="RssiDbm">Signal strength of the frame in dBm.</param>
/// <param name="SnrDb">Signal-to-noise ratio of the frame in dB.</param>
/// <param name="FrequencyErrorHz">Transmitter's carrier minus ours, in Hz, as the demodulator estimates it.</param>
public sealed record ReceivedFrame(ReadOnlyMemory<byte> Bytes, double RssiDbm, double SnrDb, double FrequencyErrorHz);
