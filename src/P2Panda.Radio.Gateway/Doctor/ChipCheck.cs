using Iot.Device.Sx127x;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Gateway.Doctor;

/// <summary>The chip itself: whether it answers, resets, keeps what it is told, and raises its lines. Sends nothing.</summary>
internal static class ChipCheck
{
    private const byte Mark = 0x80;
    private const int ShortestTimeoutSymbols = 4;
    private static readonly TimeSpan EdgePatience = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<Finding> Run(Patient patient, RadioSettings channel)
    {
        OpenedChip opened;
        Finding? refused = null;
        try
        {
            opened = patient.OpenChip();
        }
        catch (CommandFailure failure)
        {
            opened = null!;
            refused = new Finding("chip", Verdict.Failed, failure.Message, RemedyFor(failure.Message));
        }

        if (refused is not null)
        {
            return [refused];
        }

        using (opened)
        using (var chip = opened.Chip)
        {
            return [.. Examine(opened, chip, channel)];
        }
    }

    private static List<Finding> Examine(OpenedChip opened, Iot.Device.Sx127x.Sx127x chip, RadioSettings channel)
    {
        var findings = new List<Finding>();
        try
        {
            var settings = channel.ToChip(opened.RadioOptions);
            var found = chip.Identify();
            if (found.Answer == ChipAnswer.KnownChip)
            {
                // The meaning of DIO4 and DIO5, which nobody uses here, is on both pages: only a reset brings it back to zero.
                chip.WriteRegister(Register.DioMapping2, Mark);
            }

            chip.Initialize(settings);
            findings.Add(new Finding("chip", Verdict.Ok, $"{opened.Description}: version 0x{chip.Version:X2}, configured and read back"));
            findings.Add(Reset(opened, chip, wasMarked: found.Answer == ChipAnswer.KnownChip));
            if (!chip.HasInterruptLine)
            {
                findings.Add(new Finding("interrupt", Verdict.Skipped, "DIO0 is not wired: the chip is polled"));
                return findings;
            }

            using var edge = new AutoResetEvent(false);
            chip.Interrupt += (_, _) => edge.Set();
            findings.Add(ActivityInterrupt(opened, chip, edge));
            if (opened.Board is { Dio1: >= 0 })
            {
                findings.Add(TimeoutInterrupt(opened, chip, edge));
            }

            chip.Sleep();
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or RadioException)
        {
            findings.Add(new Finding("chip", Verdict.Failed, $"{opened.Description}: {failure.Message}", RemedyFor(failure.Message)));
        }

        return findings;
    }

    private static Finding Reset(OpenedChip opened, Iot.Device.Sx127x.Sx127x chip, bool wasMarked)
    {
        if (opened.Board is { Reset: < 0 })
        {
            return new Finding("reset", Verdict.Skipped, "no reset line: the chip is reset by writing its registers");
        }

        if (!wasMarked)
        {
            return new Finding("reset", Verdict.Ok, "the chip answered after its reset, not before");
        }

        var kept = chip.ReadRegister(Register.DioMapping2) == Mark;
        chip.WriteRegister(Register.DioMapping2, 0);
        return !kept
            ? new Finding("reset", Verdict.Ok, "the reset line resets the chip")
            : new Finding(
                "reset",
                Verdict.Failed,
                $"the reset line{Line(opened.Board?.Reset)} does not reset the chip: a register kept its value",
                "check the wire, or name the line: --set radio.board=custom --set radio.custom.reset=N (-1 for none)");
    }

    private static Finding ActivityInterrupt(OpenedChip opened, Iot.Device.Sx127x.Sx127x chip, AutoResetEvent edge)
    {
        chip.DetectActivity();
        var moved = edge.WaitOne((chip.Settings!.SymbolTime * 10) + EdgePatience);
        var high = chip.IsInterruptPending;
        var events = new List<Sx127xEvent>();
        chip.Service(events);
        return (moved, high, events.Count > 0) switch
        {
            (true, _, true) => new Finding("interrupt", Verdict.Ok, $"DIO0{Line(opened.Board?.Dio0)} rose when a channel activity detection was over"),
            (false, true, true) => new Finding(
                "interrupt", Verdict.Failed, $"DIO0{Line(opened.Board?.Dio0)} is high and no edge was reported: the kernel's GPIO events do not arrive", "dmesg | grep -i gpio; sudo reboot"),
            (_, _, true) => new Finding(
                "interrupt",
                Verdict.Failed,
                $"DIO0{Line(opened.Board?.Dio0)} never moved, though the chip reports that a detection is over: another line is wired",
                "check the wire, or name the line: --set radio.board=custom --set radio.custom.dio0=N (-1 to poll)"),
            _ => new Finding("interrupt", Verdict.Failed, "the chip began a channel activity detection and never ended it", "check the supply; a weak one resets the chip when it receives. Then run doctor again"),
        };
    }

    private static Finding TimeoutInterrupt(OpenedChip opened, Iot.Device.Sx127x.Sx127x chip, AutoResetEvent edge)
    {
        edge.Reset();
        chip.ReceiveSingle(ShortestTimeoutSymbols);
        var moved = edge.WaitOne((chip.Settings!.SymbolTime * 3 * ShortestTimeoutSymbols) + EdgePatience);
        var events = new List<Sx127xEvent>();
        chip.Service(events);
        return moved
            ? new Finding("dio1", Verdict.Ok, $"DIO1{Line(opened.Board?.Dio1)} rose when a reception timed out")
            : new Finding("dio1", Verdict.Warning, $"DIO1{Line(opened.Board?.Dio1)} did not move when a reception timed out; the gateway does without it", "check the wire, or leave DIO1 out: --set radio.custom.dio1=-1");
    }

    private static string Line(int? line) => line is { } number ? $" (GPIO {number})" : "";

    /// <summary>What to type about a failure of bus or chip, by what its message says.</summary>
    private static string RemedyFor(string message) => message switch
    {
        _ when message.Contains("(errno 16)", StringComparison.Ordinal) => "sudo systemctl stop p2panda-radio; gpioinfo | grep -v unused",
        _ when message.Contains("(errno 13)", StringComparison.Ordinal) => "sudo usermod -aG spi,gpio $USER, then log in again",
        _ when message.Contains("(errno 2)", StringComparison.Ordinal) => "echo 'dtparam=spi=on' | sudo tee -a /boot/firmware/config.txt && sudo reboot",
        _ when message.Contains("No GPIO chip", StringComparison.Ordinal) || message.Contains("no GPIO chip", StringComparison.Ordinal) => "gpiodetect; --set radio.custom.gpioLabel=LABEL",
        _ when message.Contains("0xFF", StringComparison.Ordinal) => "try the other chip select: --board custom --set radio.custom.spiLine=1 (or 0); see 'radio boards'",
        _ when message.Contains("0x00", StringComparison.Ordinal) => "measure 3.3 V at the module; see that nothing pulls reset low; check MISO (GPIO 9)",
        _ when message.Contains("MOSI", StringComparison.Ordinal) => "check MISO (GPIO 9) and MOSI (GPIO 10) for a bridge; see that the board sits on the right pins",
        _ when message.Contains("no SX127x", StringComparison.Ordinal) => "compare the module's name with 'radio boards'; an SX126x is another chip",
        _ => "--set radio.spiClockHz=500000, shorter wires, a common ground",
    };
}
