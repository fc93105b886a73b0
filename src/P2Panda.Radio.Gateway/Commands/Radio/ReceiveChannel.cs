using System.CommandLine;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary>Options for listening elsewhere than the profile says. There are none for sending: there the plan decides.</summary>
internal sealed class ReceiveChannel
{
    private readonly Option<double?> _frequency = new("--frequency") { Description = "Carrier in MHz, for example 868.1; default: the profile's" };
    private readonly Option<int?> _spreadingFactor = new("--sf") { Description = "Spreading factor, 7 to 12; default: the profile's" };
    private readonly Option<double?> _bandwidth = new("--bandwidth") { Description = "Bandwidth in kHz, for example 125; default: the profile's" };
    private readonly Option<string?> _syncWord = new("--sync-word") { Description = "Sync word, hexadecimal: 34 is LoRaWAN's, 2b Meshtastic's; default: this network's, 57" };

    public Command AddTo(Command command)
    {
        command.Add(_frequency);
        command.Add(_spreadingFactor);
        command.Add(_bandwidth);
        command.Add(_syncWord);
        return command;
    }

    /// <exception cref="CommandFailure">A value is out of range.</exception>
    public Func<RadioSettings, RadioSettings> Read(ParseResult result)
    {
        var (frequency, spreadingFactor, bandwidth) = (result.GetValue(_frequency), result.GetValue(_spreadingFactor), result.GetValue(_bandwidth));
        var syncWord = result.GetValue(_syncWord);
        if (frequency is not (null or (>= 137 and <= 1020)) || spreadingFactor is not (null or (>= 7 and <= 12)) || bandwidth is not (null or (>= 7 and <= 500)))
        {
            throw new CommandFailure(ExitCode.Usage, "--frequency is 137 to 1020 MHz, --sf 7 to 12, --bandwidth 7.8 to 500 kHz");
        }

        byte sync = 0;
        if (syncWord is not null && !byte.TryParse(syncWord, System.Globalization.NumberStyles.HexNumber, null, out sync))
        {
            throw new CommandFailure(ExitCode.Usage, $"--sync-word {syncWord} is not two hexadecimal digits");
        }

        return profile => profile with
        {
            FrequencyHz = frequency is null ? profile.FrequencyHz : (long)Math.Round(frequency.Value * 1e6),
            Modulation = profile.Modulation with
            {
                SpreadingFactor = spreadingFactor ?? profile.Modulation.SpreadingFactor,
                BandwidthHz = bandwidth is null ? profile.Modulation.BandwidthHz : (int)Math.Round(bandwidth.Value * 1000),
                SyncWord = syncWord is null ? profile.Modulation.SyncWord : sync,
            },
        };
    }

    public static string Describe(RadioSettings settings)
    {
        LoraModulation modulation = settings.Modulation;
        return FormattableString.Invariant(
            $"{settings.FrequencyHz / 1e6:0.0000##} MHz, SF{modulation.SpreadingFactor}, {modulation.BandwidthHz / 1000.0:0.###} kHz, 4/{modulation.CodingRateDenominator}, sync word 0x{modulation.SyncWord:x2}");
    }
}
