using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary><c>radio listen</c>: prints the frames that come in.</summary>
internal static class RadioListen
{
    public static Command Create()
    {
        var radio = new RadioSelection();
        var channel = new ReceiveChannel();
        var count = new Option<int?>("--count") { Description = "Stop after so many frames" };
        var seconds = new Option<double?>("--seconds") { Description = "Stop after so many seconds" };
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        var command = channel.AddTo(radio.AddTo(new Command("listen", "Print every frame that comes in; sends nothing (exit code 1 when --seconds went by without --count frames)") { count, seconds, json }));
        command.SetAction(async (result, cancellation) =>
        {
            var settings = radio.Read(result);
            var tuned = channel.Read(result)(RadioNodes.PlanOf(settings.Radio).SettingsFor(settings.Radio.Profile));
            using var logging = LoggerFactory.Create(ConsoleLog.Add);
            using var opened = OpenedRadio.Open(settings.Radio, logging);
            using var receiver = opened.Radio;
            var events = new Arrivals();
            receiver.Start(tuned, events);
            receiver.Receive();
            await Console.Error.WriteLineAsync($"Listening with {opened.Description} at {ReceiveChannel.Describe(tuned)}.").ConfigureAwait(false);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (result.GetValue(seconds) is { } patience)
            {
                end.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(patience, 0, 1e6)));
            }

            var heard = 0;
            try
            {
                while (heard < (result.GetValue(count) ?? int.MaxValue))
                {
                    Print(await events.Frames.ReadAsync(end.Token).ConfigureAwait(false), opened.Time.GetUtcNow(), result.GetValue(json));
                    heard++;
                }
            }
            catch (OperationCanceledException)
            {
                // Told to stop, or time is up.
            }
            catch (ChannelClosedException gone) when (gone.InnerException is RadioException failure)
            {
                throw new CommandFailure(ExitCode.Environment, failure.Message);
            }

            return result.GetValue(count) is { } wanted && heard < wanted ? ExitCode.Failure : ExitCode.Success;
        });
        return command;
    }

    private static void Print(ReceivedFrame? frame, DateTimeOffset now, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(frame is null
                ? JsonSerializer.Serialize(new { time = now, corrupted = true })
                : JsonSerializer.Serialize(new
                {
                    time = now,
                    rssiDbm = Math.Round(frame.RssiDbm, 1),
                    frame.SnrDb,
                    frequencyErrorHz = Math.Round(frame.FrequencyErrorHz),
                    bytes = Convert.ToHexStringLower(frame.Bytes.Span),
                }));
            return;
        }

        Console.Out.WriteLine(frame is null
            ? FormattableString.Invariant($"{now:HH:mm:ss.fff}  a frame with a wrong CRC")
            : FormattableString.Invariant(
                $"{now:HH:mm:ss.fff}  {frame.RssiDbm,6:0.0} dBm  SNR {frame.SnrDb,5:0.0} dB  off {frame.FrequencyErrorHz,6:0} Hz  {frame.Bytes.Length,3} bytes  {Readable(frame.Bytes.Span)}"));
    }

    private static string Readable(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is < 0x20 or > 0x7E)
            {
                return Convert.ToHexStringLower(bytes);
            }
        }

        return $"\"{Encoding.ASCII.GetString(bytes)}\"";
    }

    /// <summary>Frames on their way to the console; none for a corrupted one. What the console cannot keep up with is dropped.</summary>
    private sealed class Arrivals : IRadioEvents
    {
        private const int MostWaiting = 1000;

        private readonly Channel<ReceivedFrame?> _frames = Channel.CreateBounded<ReceivedFrame?>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

        public ChannelReader<ReceivedFrame?> Frames => _frames.Reader;

        public void FrameReceived(ReceivedFrame frame) => _frames.Writer.TryWrite(frame);

        public void FrameCorrupted() => _frames.Writer.TryWrite(null);

        public void TransmitCompleted()
        {
        }

        public void ActivityDetectionCompleted(bool detected)
        {
        }

        public void Faulted(RadioFault fault)
        {
            Console.Error.WriteLine($"{fault.Message} {(fault.Recovered ? "The chip was brought up again." : "The chip could not be brought up again.")}");
            if (!fault.Recovered)
            {
                _frames.Writer.TryComplete(new RadioException(fault.Message));
            }
        }
    }
}
