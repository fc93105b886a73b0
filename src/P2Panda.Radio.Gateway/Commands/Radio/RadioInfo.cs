using System.CommandLine;
using System.Text.Json;
using Iot.Device.Sx127x;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary><c>radio info</c>: what answers, and in what state it is.</summary>
internal static class RadioInfo
{
    public static Command Create()
    {
        var radio = new RadioSelection();
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        var command = radio.AddTo(new Command("info", "Say what answers on the bus: chip, version, temperature, noise on the channel") { json });
        command.SetAction(result => RadioCommand.WithChip(radio.Read(result), channel => channel, (opened, channel) =>
        {
            var chip = opened.Chip;
            var identification = chip.Identify();
            if (identification.Answer != ChipAnswer.KnownChip)
            {
                throw new CommandFailure(ExitCode.Environment, $"{opened.Description}: {identification.Message}");
            }

            chip.Initialize(channel.ToChip(opened.RadioOptions));
            var temperature = chip.ReadTemperature();
            chip.ReceiveContinuous();
            opened.Wait(TimeSpan.FromMilliseconds(20));
            var noise = chip.CurrentRssiDbm();
            chip.Sleep();
            if (result.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new
                {
                    radio = opened.Description,
                    family = chip.Family.ToString(),
                    version = chip.Version,
                    temperatureCelsius = temperature,
                    noiseDbm = noise,
                    frequencyHz = channel.FrequencyHz,
                    interruptLine = chip.HasInterruptLine,
                }));
                return ExitCode.Success;
            }

            Console.Out.WriteLine($"radio        {opened.Description}");
            Console.Out.WriteLine($"chip         {(chip.Family == ChipFamily.Sx1272 ? "SX1272 or 73 (RFM92, 93)" : "SX1276 to 79 (RFM95, 96, 98)")}, version 0x{chip.Version:X2}");
            Console.Out.WriteLine($"interrupts   {(chip.HasInterruptLine ? "DIO0" : "none wired: the chip is polled")}");
            Console.Out.WriteLine($"temperature  about {temperature} °C (uncalibrated)");
            Console.Out.WriteLine($"channel      {ReceiveChannel.Describe(channel)}");
            Console.Out.WriteLine(FormattableString.Invariant($"noise        {noise:0} dBm on the channel now"));
            return ExitCode.Success;
        }));
        return command;
    }
}
