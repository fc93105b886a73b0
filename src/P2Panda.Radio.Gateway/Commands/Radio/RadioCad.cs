using System.CommandLine;
using System.Text.Json;
using Iot.Device.Sx127x;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary><c>radio cad</c>: channel activity detection, again and again; also shows that interrupts arrive.</summary>
internal static class RadioCad
{
    public static Command Create()
    {
        var radio = new RadioSelection();
        var channel = new ReceiveChannel();
        var count = new Option<int>("--count") { Description = "Detections, 1 to 100000", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        var command = channel.AddTo(radio.AddTo(new Command("cad", "Look for preambles on the channel; sends nothing") { count, json }));
        command.SetAction((result, cancellation) => Task.FromResult(RadioCommand.WithChip(radio.Read(result), channel.Read(result), (opened, tuned) =>
        {
            var wanted = result.GetValue(count);
            if (wanted is not (>= 1 and <= 100_000))
            {
                throw new CommandFailure(ExitCode.Usage, "--count is 1 to 100000");
            }

            using var edge = new AutoResetEvent(false);
            var chip = opened.Chip;
            chip.Interrupt += (_, _) => edge.Set();
            chip.Initialize(tuned.ToChip(opened.RadioOptions));
            var patience = (chip.Settings!.SymbolTime * 10) + TimeSpan.FromMilliseconds(500);
            var (done, active, missed) = (0, 0, 0);
            for (; done < wanted && !cancellation.IsCancellationRequested; done++)
            {
                edge.Reset();
                chip.DetectActivity();
                var signalled = edge.WaitOne(patience);
                var events = new List<Sx127xEvent>();
                chip.Service(events);
                if (events.Count == 0)
                {
                    throw new CommandFailure(ExitCode.Environment, $"{opened.Description}: a detection did not end; 'doctor' looks for the reason.");
                }

                missed += signalled || !chip.HasInterruptLine ? 0 : 1;
                active += events[0].Kind == Sx127xEventKind.ChannelActive ? 1 : 0;
            }

            chip.Sleep();
            Console.Out.WriteLine(result.GetValue(json)
                ? JsonSerializer.Serialize(new { detections = done, active, interruptsMissed = missed })
                : $"{done} detections at {ReceiveChannel.Describe(tuned)}: {active} found a preamble."
                    + (missed > 0 ? $" DIO0 never moved in {missed} of them: is it the line the board uses?" : ""));
            return missed == 0 ? ExitCode.Success : ExitCode.Failure;
        })));
        return command;
    }
}
