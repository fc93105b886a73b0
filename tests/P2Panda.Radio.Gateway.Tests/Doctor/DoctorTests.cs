using System.Device.Gpio;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Doctor;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Gateway.Tests.Doctor;

/// <summary>Every message of the doctor, provoked: the machine is a folder, the chip a model with something wrong.</summary>
public sealed class DoctorTests : IDisposable
{
    private static readonly Board Dragino = BoardCatalog.Find("dragino-lora-gps-hat")!;
    private static readonly Board Bonnet = BoardCatalog.Find("adafruit-rfm95w-bonnet")!;

    private readonly string _root = Directory.CreateTempSubdirectory("p2panda-doctor-").FullName;

    public DoctorTests()
    {
        Write("/proc/device-tree/model", "Raspberry Pi Zero 2 W Rev 1.0\0");
        Write("/sys/devices/platform/soc/soc:firmware/get_throttled", "0\n");
        Write("/run/systemd/timesync/synchronized", "");
        Write("/boot/firmware/config.txt", "# card\ndtoverlay=spi0-1cs,cs0_pin=25\ndtparam=watchdog=on\n");
        Write("/dev/spidev0.0", "");
        Write("/dev/gpiochip0", "");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void AHealthyGatewayIsToldSoCheckByCheck()
    {
        var findings = Examination.Run(Healthy());
        findings.Where(finding => finding.Verdict != Verdict.Ok).ShouldBeEmpty();
        findings.Select(finding => finding.Check).ShouldBe(
            ["configuration", "law", "computer", "power", "clock", "disk", "boot", "bus", "gpio", "chip", "reset", "interrupt", "dio1"]);
        findings.ShouldAllBe(finding => finding.Remedy == null);
    }

    [Fact]
    public void AWrongConfigurationIsListed() =>
        Expect(Healthy() with { ConfigurationFile = "/etc/x.json", ConfigurationProblems = ["radio.powerDbm: 40 is not between -4 and 20"] },
            "configuration", Verdict.Failed, "radio.powerDbm: 40", "p2panda-radio config check --config /etc/x.json");

    [Fact]
    public void AnUnlawfulSetupIsNamedAndTheChipIsLeftAlone()
    {
        var patient = Healthy();
        patient = patient with { Settings = patient.Settings with { Radio = patient.Settings.Radio with { AntennaGainDbi = 30 } }, OpenChip = () => throw new InvalidOperationException() };
        Expect(patient, "law", Verdict.Failed, "the radio may not be used like this", "p2panda-radio regions check");
        Find(patient, "chip").Verdict.ShouldBe(Verdict.Skipped);
    }

    [Theory]
    [InlineData("Raspberry Pi Zero W Rev 1.1", nameof(Verdict.Failed), "ARMv6", "Raspberry Pi Zero 2 W")]
    [InlineData("Raspberry Pi Model B Rev 2", nameof(Verdict.Failed), "ARMv6", "Raspberry Pi Zero 2 W")]
    [InlineData("Raspberry Pi 4 Model B Rev 1.4", nameof(Verdict.Ok), "Raspberry Pi 4", null)]
    [InlineData("Raspberry Pi 2 Model B Rev 1.1", nameof(Verdict.Ok), "Raspberry Pi 2", null)]
    [InlineData("Pine64 Rock64", nameof(Verdict.Warning), "not a Raspberry Pi", "radio.custom.gpioLabel")]
    public void TheComputerIsKnown(string model, string verdict, string message, string? remedy)
    {
        Write("/proc/device-tree/model", model);
        Expect(Healthy(), "computer", Enum.Parse<Verdict>(verdict), message, remedy);
    }

    [Theory]
    [InlineData("0x50005", nameof(Verdict.Warning), "is too low", "vcgencmd get_throttled")]
    [InlineData("10000", nameof(Verdict.Warning), "was too low", "vcgencmd get_throttled")]
    [InlineData("0", nameof(Verdict.Ok), "kept its voltage", null)]
    [InlineData("?", nameof(Verdict.Skipped), "does not tell", null)]
    public void AWeakSupplyIsSeen(string throttled, string verdict, string message, string? remedy)
    {
        Write("/sys/devices/platform/soc/soc:firmware/get_throttled", throttled);
        Expect(Healthy(), "power", Enum.Parse<Verdict>(verdict), message, remedy);
    }

    [Fact]
    public void AClockThatIsNotSetIsSeen()
    {
        Expect(Healthy() with { Now = new DateTimeOffset(1970, 1, 1, 0, 5, 0, TimeSpan.Zero) }, "clock", Verdict.Warning, "1970-01-01", "timedatectl set-ntp true");
        File.Delete(_root + "/run/systemd/timesync/synchronized");
        Expect(Healthy(), "clock", Verdict.Warning, "not known to be synchronised", "timedatectl set-ntp true");
    }

    [Fact]
    public void AFullOrForbiddenDiskIsSeen()
    {
        Expect(Healthy() with { FreeBytes = _ => 10 << 20 }, "disk", Verdict.Failed, "only 10 MiB are free", "journalctl --vacuum-size");
        File.WriteAllText(_root + "/file", "");
        var patient = Healthy();
        Expect(patient with { Settings = patient.Settings with { Store = new StoreSettings { Path = _root + "/file/store.db" } } },
            "disk", Verdict.Failed, "cannot be written", "sudo install -d");
    }

    [Fact]
    public void ABootLineThatIsMissingOrInTheWayIsNamed()
    {
        Write("/boot/firmware/config.txt", "#dtoverlay=spi0-1cs,cs0_pin=25\n");
        Expect(Healthy(), "boot", Verdict.Failed, "lacks 'dtoverlay=spi0-1cs,cs0_pin=25'", "echo 'dtoverlay=spi0-1cs,cs0_pin=25' | sudo tee -a /boot/firmware/config.txt && sudo reboot");
        Write("/boot/firmware/config.txt", "dtparam=spi=on\ndtoverlay=spi0-1cs,cs0_pin=25\n");
        Expect(Healthy(), "boot", Verdict.Failed, "'dtparam=spi=on' in /boot/firmware/config.txt gets in the way", "sudo sed -i");
        File.Delete(_root + "/boot/firmware/config.txt");
        Expect(Healthy(), "boot", Verdict.Skipped, "no boot configuration", null);
        Write("/boot/config.txt", "dtoverlay=spi0-1cs,cs0_pin=25\n");
        Expect(Healthy(), "boot", Verdict.Ok, "/boot/config.txt has", null);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void WhatTheDoctorWantsInTheBootConfigurationIsWhatTheBoardsFileSays(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Tool.Root, "firmware-config/boot", name + ".txt"));
        lines.ShouldContain(BusCheck.BootLine(BoardCatalog.Find(name)!));
    }

    public static TheoryData<string> Boards => [.. BoardCatalog.Names];

    [Fact]
    public void ABusThatIsNotThereOrNotOursIsNamedAndTheChipIsLeftAlone()
    {
        Expect(Healthy() with { DeviceRefusal = path => path.EndsWith("spidev0.0", StringComparison.Ordinal) ? "Permission denied" : null },
            "bus", Verdict.Failed, "/dev/spidev0.0 may not be used: Permission denied", "sudo usermod -aG spi,gpio $USER");
        Expect(Healthy() with { DeviceRefusal = path => path.EndsWith("gpiochip0", StringComparison.Ordinal) ? "Permission denied" : null },
            "gpio", Verdict.Failed, "/dev/gpiochip0 may not be used", "sudo usermod -aG spi,gpio $USER");
        File.Delete(_root + "/dev/gpiochip0");
        Expect(Healthy(), "gpio", Verdict.Failed, "no /dev/gpiochip*", "uname -r");
        File.Delete(_root + "/dev/spidev0.0");
        Expect(Healthy(), "bus", Verdict.Failed, "/dev/spidev0.0 is not there", "sudo reboot");
        Find(Healthy(), "chip").ShouldBe(new Finding("chip", Verdict.Skipped, "not asked, because of what failed before"));
    }

    [Fact]
    public void WithoutARadioThereIsNothingToSend() =>
        Expect(Healthy() with { Settings = new GatewaySettings { Store = new StoreSettings { Path = _root + "/store.db" } }, Board = null },
            "chip", Verdict.Failed, "no radio is configured", "doctor --board NAME");

    [Theory]
    [InlineData("Can not request GPIO line 17: Device or resource busy (errno 16).", "sudo systemctl stop p2panda-radio")]
    [InlineData("Can not open /dev/spidev0.0: Permission denied (errno 13).", "sudo usermod -aG spi,gpio $USER")]
    [InlineData("Can not open /dev/spidev0.0: No such file or directory (errno 2).", "dtparam=spi=on")]
    [InlineData("No GPIO chip is that of the header", "gpiodetect")]
    public void WhatKeepsTheChipFromBeingOpenedHasItsRemedy(string failure, string remedy) =>
        Expect(Healthy() with { OpenChip = () => throw new CommandFailure(3, failure) }, "chip", Verdict.Failed, failure, remedy);

    [Theory]
    [InlineData(ChipFault.BusStuckHigh, null, "every byte reads 0xFF", "try the other chip select")]
    [InlineData(ChipFault.BusStuckLow, null, "every byte reads 0x00", "measure 3.3 V")]
    [InlineData(ChipFault.None, 0x99, "which is no SX127x", "an SX126x is another chip")]
    public void AChipThatDoesNotAnswerAsItMustIsToldApart(ChipFault fault, int? version, string message, string remedy) =>
        Expect(Healthy(fault: fault, version: (byte?)version), "chip", Verdict.Failed, message, remedy);

    [Fact]
    public void AResetThatIsNotWiredIsFound() =>
        Expect(Healthy(pins: new ChipPins(Reset: 60)), "reset", Verdict.Failed, "does not reset the chip", "radio.custom.reset=N");

    [Fact]
    public void AnInterruptLineThatIsAnotherIsFound() =>
        Expect(Healthy(pins: new ChipPins(Dio0: 50)), "interrupt", Verdict.Failed, "DIO0 (GPIO 4) never moved", "radio.custom.dio0=N");

    [Fact]
    public void ASecondInterruptLineThatIsAnotherIsAWarning() =>
        Expect(Healthy(pins: new ChipPins(Dio1: 50)), "dio1", Verdict.Warning, "DIO1 (GPIO 23) did not move", "radio.custom.dio1=-1");

    [Fact]
    public void AChipThatNeverEndsWhatItBeginsIsFound() =>
        // It works until its reset is over, and hangs from then on.
        Expect(Healthy(fault: ChipFault.Wedged, pins: new ChipPins(Reset: 60)), "interrupt", Verdict.Failed, "never ended it", "check the supply");

    [Fact]
    public void EdgesThatTheKernelSwallowsAreFound() =>
        Expect(Healthy(swallowEdges: true), "interrupt", Verdict.Failed, "no edge was reported", "dmesg | grep -i gpio");

    [Fact]
    public void ABoardWithoutLinesIsPolled()
    {
        var findings = Examination.Run(Healthy() with { Board = Dragino with { Reset = -1, Dio0 = -1, Dio1 = -1 }, OpenChip = () => Open(Dragino with { Reset = -1, Dio0 = -1, Dio1 = -1 }) });
        findings.Single(finding => finding.Check == "reset").Verdict.ShouldBe(Verdict.Skipped);
        findings.Single(finding => finding.Check == "interrupt").Message.ShouldContain("polled");
        findings.Single(finding => finding.Check == "gpio").Verdict.ShouldBe(Verdict.Skipped);
    }

    [Fact]
    public void TheCommandPrintsItAndSaysByItsExitCodeHowItWent()
    {
        using var program = new GatewayProgram();
        var simulated = program.Run("doctor", "--radio", "sim");
        simulated.ExitCode.ShouldBe(0, simulated.Output + simulated.Error);
        simulated.Output.ShouldContain("ok   interrupt      DIO0 rose when a channel activity detection was over\n");

        var absent = program.Run("doctor", "--board", "dragino-lora-gps-hat");
        absent.ExitCode.ShouldBe(1);
        absent.Output.ShouldContain("FAIL bus            /dev/spidev0.0 is not there\n     type ");

        var wrong = program.Run("doctor", "--radio", "sim", "--set", "radio.powerDbm=99", "--json");
        wrong.ExitCode.ShouldBe(1);
        wrong.Lines[0].ShouldBe("""{"check":"configuration","verdict":"Failed","message":"radio.powerDbm: 99 is not between -4 and 20","remedy":"p2panda-radio config check"}""");
    }

    private static Finding Find(Patient patient, string check) => Examination.Run(patient).Single(finding => finding.Check == check);

    private static void Expect(Patient patient, string check, Verdict verdict, string message, string? remedy)
    {
        var finding = Find(patient, check);
        finding.Verdict.ShouldBe(verdict, finding.Message);
        finding.Message.ShouldContain(message);
        if (remedy is null)
        {
            finding.Remedy.ShouldBeNull();
        }
        else
        {
            finding.Remedy.ShouldNotBeNull().ShouldContain(remedy);
        }
    }

    private static OpenedChip Open(Board board, ChipFault fault = ChipFault.None, byte? version = null, ChipPins? pins = null, bool swallowEdges = false)
    {
        var ether = new SimulatedEther(TimeProvider.System);
        var model = new ChipModel(ether, "chip", new ChipOptions { Version = version, Pins = pins ?? new ChipPins() }) { Fault = fault };
        var lines = swallowEdges ? new DeafLines(model.Lines) : model.Lines;
        var chip = new Iot.Device.Sx127x.Sx127x(model.Spi, board.Reset, board.Dio0, board.Dio1, new GpioController(lines));
        return OpenedChip.For(chip, board, model);
    }

    private Patient Healthy(ChipFault fault = ChipFault.None, byte? version = null, ChipPins? pins = null, bool swallowEdges = false) => new()
    {
        Settings = new GatewaySettings
        {
            Store = new StoreSettings { Path = _root + "/store.db" },
            Radio = new RadioSection { Driver = RadioDriver.Sx127x, Board = Dragino.Id },
        },
        Board = Dragino,
        Root = _root,
        DeviceRefusal = _ => null,
        FreeBytes = _ => 1L << 30,
        Now = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero),
        OpenChip = () => Open(Dragino, fault, version, pins, swallowEdges),
    };

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, text);
    }
}
