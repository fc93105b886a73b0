namespace P2Panda.Radio.Gateway.Doctor;

/// <summary>What computer this is, whether its clock is set, and whether its disk has room.</summary>
internal static class ComputerCheck
{
    private const long LeastFreeBytes = 200L << 20;
    private const string SetClock = "sudo timedatectl set-ntp true; timedatectl";

    /// <summary>Boards whose ARMv6 processor cannot run .NET.</summary>
    private static readonly string[] TooOld = ["Raspberry Pi Model A", "Raspberry Pi Model B Rev", "Raspberry Pi Model B Plus", "Raspberry Pi Compute Module Rev", "Raspberry Pi Zero Rev", "Raspberry Pi Zero W Rev"];

    public static IEnumerable<Finding> Run(Patient patient)
    {
        yield return Model(patient);
        yield return Power(patient);
        yield return Clock(patient);
        yield return Disk(patient);
    }

    private static Finding Model(Patient patient)
    {
        var model = patient.ReadText("/proc/device-tree/model");
        if (model is null || !model.StartsWith("Raspberry Pi", StringComparison.Ordinal))
        {
            return new Finding(
                "computer",
                patient.Board is null ? Verdict.Ok : Verdict.Warning,
                model is null ? "not a Raspberry Pi" : $"{model}, not a Raspberry Pi",
                patient.Board is null ? null : "--set radio.board=custom --set radio.custom.gpioLabel=LABEL, with a label that 'gpiodetect' shows");
        }

        return TooOld.Any(old => model.StartsWith(old, StringComparison.Ordinal))
            ? new Finding("computer", Verdict.Failed, $"{model}: its ARMv6 processor cannot run .NET", "use a Raspberry Pi Zero 2 W, 2, 3, 4, 5 or later")
            : new Finding("computer", Verdict.Ok, model);
    }

    private static Finding Power(Patient patient)
    {
        // Bit 0: too little voltage now; bit 16: since the start (vcgencmd get_throttled).
        var throttled = patient.ReadText("/sys/devices/platform/soc/soc:firmware/get_throttled");
        if (throttled is null || !int.TryParse(throttled.Replace("0x", "", StringComparison.Ordinal), System.Globalization.NumberStyles.HexNumber, null, out var bits))
        {
            return new Finding("power", Verdict.Skipped, "this computer does not tell");
        }

        return (bits & 0x10001) == 0
            ? new Finding("power", Verdict.Ok, "the supply has kept its voltage")
            : new Finding("power", Verdict.Warning, $"the supply's voltage {((bits & 1) != 0 ? "is" : "was")} too low", "use a 5 V supply with enough current and a short, thick cable; then: vcgencmd get_throttled");
    }

    private static Finding Clock(Patient patient)
    {
        if (patient.Now.Year < 2025)
        {
            return new Finding("clock", Verdict.Warning, FormattableString.Invariant($"the date is {patient.Now:yyyy-MM-dd}: it is not set"), SetClock);
        }

        return File.Exists(patient.PathOf("/run/systemd/timesync/synchronized"))
            ? new Finding("clock", Verdict.Ok, FormattableString.Invariant($"{patient.Now:yyyy-MM-dd HH:mm} UTC, synchronised"))
            : new Finding("clock", Verdict.Warning, FormattableString.Invariant($"{patient.Now:yyyy-MM-dd HH:mm} UTC, not known to be synchronised; the radio does not need it, log lines do"), SetClock);
    }

    private static Finding Disk(Patient patient)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(patient.Settings.Store.Path))!;
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".p2panda-radio-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Finding("disk", Verdict.Failed, $"{folder} cannot be written: {failure.Message}", $"sudo install -d -o $USER {folder}; mount | grep ' / '");
        }

        var free = patient.FreeBytes(folder);
        return free >= LeastFreeBytes
            ? new Finding("disk", Verdict.Ok, $"{free >> 20} MiB free in {folder}")
            : new Finding("disk", Verdict.Failed, $"only {free >> 20} MiB are free in {folder}", "sudo journalctl --vacuum-size=50M; sudo apt-get clean; df -h");
    }
}
