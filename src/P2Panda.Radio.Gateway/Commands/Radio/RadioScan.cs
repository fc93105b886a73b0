using System.CommandLine;
using System.Text.Json;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary><c>radio scan</c>: how loud it is, channel by channel.</summary>
internal static class RadioScan
{
    private const int MostChannels = 2000;

    public static Command Create()
    {
        var radio = new RadioSelection();
        var from = new Option<double>("--from") { Description = "Lowest channel in MHz", DefaultValueFactory = _ => 868 };
        var to = new Option<double>("--to") { Description = "Highest channel in MHz", DefaultValueFactory = _ => 870 };
        var step = new Option<double>("--step") { Description = "Distance of channels in kHz", DefaultValueFactory = _ => 200 };
        var dwell = new Option<int>("--dwell") { Description = "Milliseconds on each channel, 5 to 10000", DefaultValueFactory = _ => 50 };
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        var command = radio.AddTo(new Command("scan", "Measure the signal strength channel by channel; sends nothing") { from, to, step, dwell, json });
        command.SetAction((result, cancellation) => Task.FromResult(RadioCommand.WithChip(radio.Read(result), channel => channel, (opened, profile) =>
        {
            var (lowest, highest, distance, wait) = (result.GetValue(from), result.GetValue(to), result.GetValue(step), result.GetValue(dwell));
            if (lowest is not (>= 137 and <= 1020) || highest is not (>= 137 and <= 1020) || highest < lowest || distance is not (>= 1 and <= 100_000)
                || wait is not (>= 5 and <= 10_000) || (highest - lowest) * 1000 / distance >= MostChannels)
            {
                throw new CommandFailure(
                    ExitCode.Usage, $"--from and --to are 137 to 1020 MHz, --step 1 kHz to 100 MHz, --dwell 5 to 10000 ms, and there are at most {MostChannels} channels");
            }

            var chip = opened.Chip;
            chip.Initialize((profile with { FrequencyHz = (long)(lowest * 1e6) }).ToChip(opened.RadioOptions));
            for (var channel = 0; lowest + channel * distance / 1000 <= highest + 1e-9 && !cancellation.IsCancellationRequested; channel++)
            {
                var frequency = (long)Math.Round((lowest + channel * distance / 1000) * 1e6);
                chip.Configure((profile with { FrequencyHz = frequency }).ToChip(opened.RadioOptions));
                chip.ReceiveContinuous();
                var (sum, most, readings) = (0.0, double.NegativeInfinity, 0);
                for (var spent = 0; spent < wait; spent += 5)
                {
                    opened.Wait(TimeSpan.FromMilliseconds(5));
                    var rssi = chip.CurrentRssiDbm()!.Value;
                    (sum, most, readings) = (sum + rssi, Math.Max(most, rssi), readings + 1);
                }

                Console.Out.WriteLine(result.GetValue(json)
                    ? JsonSerializer.Serialize(new { frequencyHz = frequency, meanDbm = Math.Round(sum / readings, 1), maxDbm = most })
                    : FormattableString.Invariant($"{frequency / 1e6,9:0.0000} MHz  mean {sum / readings,6:0.0} dBm  max {most,6:0.0} dBm  {new string('#', (int)Math.Clamp((most + 130) / 2, 0, 50))}"));
            }

            chip.Sleep();
            return ExitCode.Success;
        })));
        return command;
    }
}
