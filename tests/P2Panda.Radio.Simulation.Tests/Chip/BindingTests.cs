using System.Device.Gpio;
using System.Device.Spi;
using Iot.Device.Sx127x;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;
using Driver = Iot.Device.Sx127x.Sx127x;

namespace P2Panda.Radio.Simulation.Tests.Chip;

/// <summary>The parts of the binding that a radio does not use every day.</summary>
public sealed class BindingTests
{
    private static readonly Sx127xSettings Settings = new() { FrequencyHz = 868_100_000 };

    private readonly VirtualTimeProvider _time = new();

    [Theory]
    [InlineData(ChipVariant.Sx1276, 31)]
    [InlineData(ChipVariant.Sx1276, -12)]
    [InlineData(ChipVariant.Sx1272, 20)]
    public void TheTemperatureIsReadAndTheChipIsItselfAgain(ChipVariant variant, int celsius)
    {
        using var chip = new ChipModel(new SimulatedEther(_time), "A", new ChipOptions { Variant = variant, TemperatureCelsius = celsius });
        using var driver = Open(chip);
        driver.Initialize(Settings);
        var before = driver.ReadAllRegisters();
        driver.ReadTemperature().ShouldBe(celsius);
        driver.Mode.ShouldBe(OperatingMode.Standby);
        driver.ReadAllRegisters().ShouldBe(before);
        driver.CheckHealth().ShouldBeNull();
        chip.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void SingleReceptionTakesOnePacketOrTimesOut()
    {
        var ether = new SimulatedEther(_time);
        using var chipA = new ChipModel(ether, "A");
        using var chipB = new ChipModel(ether, "B");
        ether.ConnectAll();
        using var a = Open(chipA);
        using var b = Open(chipB);
        a.Initialize(Settings);
        b.Initialize(Settings);
        List<Sx127xEvent> events = [];
        b.ReceiveSingle(1023);
        a.Transmit([1, 2, 3]);
        _time.RunFor(TimeSpan.FromSeconds(1));
        b.Service(events);
        events.ShouldHaveSingleItem().Packet!.Payload.ShouldBe([1, 2, 3]);
        b.Mode.ShouldBe(OperatingMode.Standby);
        events.Clear();
        b.ReceiveSingle(4);
        _time.RunFor(TimeSpan.FromSeconds(1));
        b.IsInterruptPending.ShouldBeTrue();
        b.Service(events);
        events.ShouldHaveSingleItem().Kind.ShouldBe(Sx127xEventKind.ReceiveTimedOut);
        b.IsInterruptPending.ShouldBeFalse();
        Should.Throw<ArgumentOutOfRangeException>(() => b.ReceiveSingle(3));
        Should.Throw<ArgumentOutOfRangeException>(() => b.ReceiveSingle(1024));
    }

    [Fact]
    public void TwentyDecibelsKeepToOnePercentOfAnHour()
    {
        using var chip = new ChipModel(new SimulatedEther(_time), "A");
        using var driver = Open(chip);
        driver.Initialize(Settings with { PowerDbm = 20, SpreadingFactor = 12, CodingRateDenominator = 8 });
        List<Sx127xEvent> events = [];
        for (var i = 0; i < 2; i++)
        {
            driver.Transmit(new byte[255]);
            _time.RunFor(TimeSpan.FromSeconds(20));
            driver.Service(events);
        }

        // 28.07 s of 36 s are used up; a third frame of 14.03 s must wait until the first has left the hour.
        Should.Throw<InvalidOperationException>(() => driver.Transmit(new byte[255])).Message.ShouldContain("1 %");
        driver.Mode.ShouldBe(OperatingMode.Standby);
        _time.RunFor(TimeSpan.FromMinutes(60));
        driver.Transmit(new byte[255]);
        _time.RunFor(TimeSpan.FromSeconds(20));
        driver.Service(events);
        driver.Configure(Settings with { PowerDbm = 17, SpreadingFactor = 12, CodingRateDenominator = 8 });
        for (var i = 0; i < 5; i++)
        {
            driver.Transmit(new byte[255]);
            _time.RunFor(TimeSpan.FromSeconds(20));
            driver.Service(events);
        }

        events.Count.ShouldBe(8);
    }

    [Theory]
    [InlineData(ChipFault.None, null, ChipAnswer.KnownChip)]
    [InlineData(ChipFault.BusStuckLow, null, ChipAnswer.StuckLow)]
    [InlineData(ChipFault.BusStuckHigh, null, ChipAnswer.NobodySelected)]
    [InlineData(ChipFault.None, 0x24, ChipAnswer.AnotherChip)]
    public void WhoIsThere(ChipFault fault, int? version, ChipAnswer answer)
    {
        using var chip = new ChipModel(new SimulatedEther(_time), "A", new ChipOptions { Version = (byte?)version }) { Fault = fault };
        using var driver = Open(chip);
        var found = driver.Identify();
        found.Answer.ShouldBe(answer);
        (found.Message.Length == 0).ShouldBe(answer == ChipAnswer.KnownChip);
    }

    [Fact]
    public void AShortAndNoiseAreToldApart()
    {
        using var shorted = new Driver(new OddBus(sent => sent));
        shorted.Identify().Answer.ShouldBe(ChipAnswer.Loopback);
        var random = new Random(1);
        using var noisy = new Driver(new OddBus(_ => (byte)random.Next(256)));
        noisy.Identify().Answer.ShouldBe(ChipAnswer.Unsteady);
    }

    [Fact]
    public void ARegisterThatDoesNotTakeItsValueIsNamed()
    {
        using var chip = new ChipModel(new SimulatedEther(_time), "A");
        using var driver = new Driver(new ForgetfulBus(chip.Spi), wait: _time.Sleep);
        Should.Throw<Sx127xException>(() => driver.Initialize(Settings with { SyncWord = 0x57 })).Message
            .ShouldStartWith("Register 0x39 was written 0x57 and reads 0x12.");
    }

    private Driver Open(ChipModel chip) =>
        new(chip.Spi, chip.Pins.Reset, chip.Pins.Dio0, chip.Pins.Dio1, new GpioController(chip.Lines), wait: _time.Sleep, time: _time);

    private sealed class OddBus(Func<byte, byte> answer) : SpiDevice
    {
        public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0);

        public override void Read(Span<byte> buffer) => buffer.Clear();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
        }

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            for (var i = 0; i < readBuffer.Length; i++)
                readBuffer[i] = answer(writeBuffer[i]);
        }
    }

    /// <summary>Drops every write to the sync word.</summary>
    private sealed class ForgetfulBus(SpiDevice inner) : SpiDevice
    {
        public override SpiConnectionSettings ConnectionSettings => inner.ConnectionSettings;

        public override void Read(Span<byte> buffer) => inner.Read(buffer);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer[0] != 0xB9)
                inner.Write(buffer);
        }

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
            inner.TransferFullDuplex(writeBuffer, readBuffer);
    }
}
