using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Iot.Device.Sx127x;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary><c>radio registers</c>: what the chip holds when it is configured for the channel.</summary>
internal static class RadioRegisters
{
    public static Command Create()
    {
        var radio = new RadioSelection();
        var channel = new ReceiveChannel();
        var raw = new Option<bool>("--raw") { Description = "As they are, without resetting and configuring the chip first" };
        var json = new Option<bool>("--json") { Description = "One JSON object: address, value" };
        var command = channel.AddTo(radio.AddTo(new Command("registers", "Print the chip's registers") { raw, json }));
        command.SetAction(result => RadioCommand.WithChip(radio.Read(result), channel.Read(result), (opened, tuned) =>
        {
            var chip = opened.Chip;
            if (!result.GetValue(raw))
            {
                chip.Initialize(tuned.ToChip(opened.RadioOptions));
            }

            var values = chip.ReadAllRegisters();
            var addresses = Enumerable.Range(1, values.Length - 1).ToList();
            if (result.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(addresses.ToDictionary(address => address.ToString("x2", CultureInfo.InvariantCulture), address => values[address])));
                return ExitCode.Success;
            }

            foreach (var address in addresses)
            {
                var name = Enum.GetName((Register)address);
                if (name is not null)
                {
                    Console.Out.WriteLine($"{address:X2} {values[address]:X2} {Convert.ToString(values[address], 2).PadLeft(8, '0')} {name}");
                }
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
