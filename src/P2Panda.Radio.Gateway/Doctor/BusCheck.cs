using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Gateway.Doctor;

/// <summary>The way to the chip: boot configuration, SPI device, GPIO chip, and whether they may be used.</summary>
internal static class BusCheck
{
    private const string JoinGroups = "sudo usermod -aG spi,gpio $USER, then log in again; the service's user is made by the package";
    private static readonly string[] BootFiles = ["/boot/firmware/config.txt", "/boot/config.txt"];

    public static IEnumerable<Finding> Run(Patient patient)
    {
        if (patient.Board is not { } board)
        {
            yield return new Finding("bus", Verdict.Skipped, "the radio is simulated, or no board is named");
            yield break;
        }

        var bootFile = BootFiles.FirstOrDefault(file => File.Exists(patient.PathOf(file)));
        var wanted = BootLine(board);
        yield return Overlay(patient, board, bootFile, wanted);
        yield return Spi(patient, board, bootFile ?? BootFiles[0], wanted);
        yield return Gpio(patient, board);
    }

    /// <summary>The line of the boot configuration that makes a board's SPI device.</summary>
    internal static string BootLine(Board board) => board switch
    {
        { SoftwareChipSelect: true } => "dtparam=spi=on",
        { SpiBus: 0, ChipSelect: < 0 or 7 or 8 } => "dtparam=spi=on",
        { SpiBus: 0 } => $"dtoverlay=spi0-1cs,cs0_pin={board.ChipSelect}",
        _ => $"dtoverlay=spi{board.SpiBus}-{board.SpiLine + 1}cs",
    };

    private static Finding Overlay(Patient patient, Board board, string? bootFile, string wanted)
    {
        if (bootFile is null || patient.ReadText(bootFile) is not { } text)
        {
            return new Finding("boot", Verdict.Skipped, "no boot configuration of a Raspberry Pi");
        }

        var lines = text.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 0 && line[0] != '#').ToList();
        if (!lines.Contains(wanted))
        {
            return new Finding("boot", Verdict.Failed, $"{bootFile} lacks '{wanted}', which {board.Name} needs", $"echo '{wanted}' | sudo tee -a {bootFile} && sudo reboot");
        }

        var inTheWay = lines.FirstOrDefault(line => line.StartsWith("dtoverlay=spi0-", StringComparison.Ordinal) && line != wanted && board.SpiBus == 0)
            ?? (wanted.StartsWith("dtoverlay=spi0-1cs", StringComparison.Ordinal) ? lines.FirstOrDefault(line => line == "dtparam=spi=on") : null);
        return inTheWay is null
            ? new Finding("boot", Verdict.Ok, $"{bootFile} has '{wanted}'")
            : new Finding("boot", Verdict.Failed, $"'{inTheWay}' in {bootFile} gets in the way of '{wanted}'", $"sudo sed -i 's/^{inTheWay}$/#&/' {bootFile} && sudo reboot");
    }

    private static Finding Spi(Patient patient, Board board, string bootFile, string wanted)
    {
        var path = patient.PathOf(board.SpiPath);
        if (!File.Exists(path))
        {
            return new Finding("bus", Verdict.Failed, $"{board.SpiPath} is not there", $"grep -x '{wanted}' {bootFile} || echo '{wanted}' | sudo tee -a {bootFile}; sudo reboot");
        }

        return patient.DeviceRefusal(path) is { } refusal
            ? new Finding("bus", Verdict.Failed, $"{board.SpiPath} may not be used: {refusal}", JoinGroups)
            : new Finding("bus", Verdict.Ok, $"{board.SpiPath} is there and may be used");
    }

    private static Finding Gpio(Patient patient, Board board)
    {
        if (!board.UsesGpio)
        {
            return new Finding("gpio", Verdict.Skipped, "no line is wired");
        }

        var folder = patient.PathOf("/dev");
        var chips = Directory.Exists(folder) ? Directory.GetFiles(folder, "gpiochip*") : [];
        if (chips.Length == 0)
        {
            return new Finding("gpio", Verdict.Failed, "there is no /dev/gpiochip*: the kernel has no GPIO character device", "uname -r; use the kernel of Raspberry Pi OS 12 or later, or of Debian 12 or later");
        }

        return chips.Order(StringComparer.Ordinal).Select(chip => (chip, patient.DeviceRefusal(chip))).FirstOrDefault(chip => chip.Item2 is not null) is ({ } refused, { } refusal)
            ? new Finding("gpio", Verdict.Failed, $"/dev/{Path.GetFileName(refused)} may not be used: {refusal}", JoinGroups)
            : new Finding("gpio", Verdict.Ok, $"{string.Join(", ", chips.Select(Path.GetFileName).Order(StringComparer.Ordinal))} may be used");
    }
}
