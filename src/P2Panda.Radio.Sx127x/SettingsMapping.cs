using Iot.Device.Sx127x;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Sx127x;

/// <summary>Says a radio's settings in the chip's terms.</summary>
public static class SettingsMapping
{
    /// <exception cref="RadioException">The chip has no such bandwidth, or the modulation needs a frame length.</exception>
    public static Sx127xSettings ToChip(this RadioSettings settings, Sx127xRadioOptions options)
    {
        var modulation = settings.Modulation;
        if (!modulation.ExplicitHeader && options.ImplicitHeaderLength is null)
            throw new RadioException("A modulation without header needs a fixed frame length: set ImplicitHeaderLength in the radio's options.");
        Bandwidth bandwidth;
        try
        {
            bandwidth = BandwidthExtensions.FromHertz(modulation.BandwidthHz);
        }
        catch (ArgumentOutOfRangeException unknown)
        {
            throw new RadioException(unknown.Message, unknown);
        }

        return new Sx127xSettings
        {
            FrequencyHz = settings.FrequencyHz,
            SpreadingFactor = modulation.SpreadingFactor,
            Bandwidth = bandwidth,
            CodingRateDenominator = modulation.CodingRateDenominator,
            PreambleSymbols = modulation.PreambleSymbols,
            ImplicitHeaderLength = modulation.ExplicitHeader ? null : options.ImplicitHeaderLength,
            Crc = modulation.Crc,
            SyncWord = modulation.SyncWord,
            InvertIqTransmit = modulation.InvertIq,
            InvertIqReceive = modulation.InvertIq,
            LowDataRateOptimize = modulation.LowDataRateOptimize switch
            {
                true => LowDataRateOptimize.On,
                false => LowDataRateOptimize.Off,
                null => LowDataRateOptimize.Auto,
            },
            PowerDbm = settings.PowerDbm,
            PowerOutput = options.PowerOutput,
            OverCurrentMilliamperes = options.OverCurrentMilliamperes,
            Tcxo = options.Tcxo,
        };
    }
}
