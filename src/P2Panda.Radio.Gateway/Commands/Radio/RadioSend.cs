using System.CommandLine;
using System.Text;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary>
/// <c>radio send</c>: sends frames as the gateway does, on the profile's channel, with the plan's power, out of the same account of airtime.
/// </summary>
internal static class RadioSend
{
    private const int MaxFrame = 255;

    public static Command Create()
    {
        var radio = new RadioSelection();
        var text = new Argument<string?>("text") { Description = "What to send", Arity = ArgumentArity.ZeroOrOne };
        var hex = new Option<string?>("--hex") { Description = "What to send, as hexadecimal bytes" };
        var repeat = new Option<int>("--repeat") { Description = "How many times, 1 to 1000", DefaultValueFactory = _ => 1 };
        var command = radio.AddTo(new Command("send", "Send a frame of 1 to 255 bytes, within the regional plan; not while the gateway runs") { text, hex, repeat });
        command.SetAction(async (result, cancellation) =>
        {
            var frame = FrameOf(result.GetValue(text), result.GetValue(hex));
            var times = result.GetValue(repeat);
            if (times is not (>= 1 and <= 1000))
            {
                throw new CommandFailure(ExitCode.Usage, "--repeat is 1 to 1000");
            }

            var settings = radio.Read(result);
            var plan = RadioNodes.PlanOf(settings.Radio);
            var channel = plan.SettingsFor(settings.Radio.Profile);
            await using var store = Stores.Open(settings);
            using var logging = LoggerFactory.Create(ConsoleLog.Add);
            using var opened = OpenedRadio.Open(settings.Radio, logging);
            // The key is not used, but its first making is what begins the account of airtime.
            using var key = RadioKey.ReadOrCreate(settings.Radio.KeyFile, store.Marks);
            var ledger = new AirtimeLedger(plan, store.Marks, new LedgerOpening { Boot = BootId.Read() }, opened.Time.GetElapsedTime(0));
            using var sender = new FrameSender(opened.Radio, opened.Time, ledger, channel);
            for (var sent = 0; sent < times; sent++)
            {
                switch (await sender.SendAsync(frame, cancellation).ConfigureAwait(false))
                {
                    case SendOutcome.Sent done:
                        Console.Out.WriteLine(FormattableString.Invariant(
                            $"sent {frame.Length} bytes at {ReceiveChannel.Describe(channel)}, {channel.PowerDbm} dBm, {done.Airtime.TotalMilliseconds:0.0} ms on the air"));
                        break;
                    case SendOutcome.OutOfAirtime wait:
                        throw new CommandFailure(
                            ExitCode.Failure,
                            FormattableString.Invariant($"the plan allows no more for {(wait.Until - opened.Time.GetElapsedTime(0)).TotalSeconds:0} s (rule {wait.Rule})"));
                    case SendOutcome.ChannelBusy busy:
                        throw new CommandFailure(ExitCode.Failure, $"the channel was busy {busy.Attempts} times");
                    case SendOutcome.Refused refused:
                        throw new CommandFailure(ExitCode.Failure, refused.Message);
                    default:
                        throw new CommandFailure(ExitCode.Environment, $"{opened.Description}: the frame was lost. {sender.Fault}");
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static byte[] FrameOf(string? text, string? hex)
    {
        if ((text is null) == (hex is null))
        {
            throw new CommandFailure(ExitCode.Usage, "say what to send, as text or as --hex");
        }

        byte[] bytes;
        try
        {
            bytes = hex is null ? Encoding.UTF8.GetBytes(text!) : Convert.FromHexString(hex);
        }
        catch (FormatException)
        {
            throw new CommandFailure(ExitCode.Usage, $"--hex {hex} is not hexadecimal bytes");
        }

        return bytes.Length is >= 1 and <= MaxFrame ? bytes : throw new CommandFailure(ExitCode.Usage, $"a frame has 1 to {MaxFrame} bytes, not {bytes.Length}");
    }
}
