using System.Device.Gpio;
using Iot.Device.Sx127x;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;
using Driver = Iot.Device.Sx127x.Sx127x;

namespace P2Panda.Radio.Simulation.Tests.Chip;

/// <summary>Every modulation LoRa has, driver to driver, with the shortest, a middling and the longest packet.</summary>
public class ModulationMatrixTests
{
    [Theory]
    [InlineData(ChipFamily.Sx1276, 6_720 - 480)]
    [InlineData(ChipFamily.Sx1272, 2_016 - 144)]
    public void EveryCombinationPassesPackets(ChipFamily family, int combinations)
    {
        var time = new VirtualTimeProvider();
        var ether = new SimulatedEther(time, new EtherOptions { RecordCapacity = 0 });
        var options = new ChipOptions { Variant = family == ChipFamily.Sx1272 ? ChipVariant.Sx1272 : ChipVariant.Sx1276 };
        using var chipA = new ChipModel(ether, "A", options);
        using var chipB = new ChipModel(ether, "B", options);
        ether.ConnectAll(new Link(100));
        using var a = Open(chipA, time);
        using var b = Open(chipB, time);
        var first = new Sx127xSettings { FrequencyHz = 868_100_000 };
        a.Initialize(first);
        b.Initialize(first);
        a.Family.ShouldBe(family);

        var passed = 0;
        var events = new List<Sx127xEvent>();
        foreach (var (settings, length) in All().Where(entry => entry.Settings.Validate(family).Count == 0))
        {
            a.Configure(settings);
            b.Configure(settings);
            b.ReceiveContinuous();
            var payload = Scene.Payload(length, passed);
            a.Transmit(payload);
            time.RunFor(settings.TimeOnAir(length));
            events.Clear();
            a.Service(events);
            events.ShouldHaveSingleItem().Kind.ShouldBe(Sx127xEventKind.TransmitCompleted, settings.ToString());
            events.Clear();
            b.Service(events);
            var received = events.ShouldHaveSingleItem(settings.ToString());
            received.Kind.ShouldBe(Sx127xEventKind.PacketReceived, settings.ToString());
            received.Packet!.Payload.ShouldBe(payload);
            passed++;
        }

        passed.ShouldBe(combinations);
        chipA.Violations.ShouldBeEmpty();
        chipB.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void OppositeIqIsAChannelOfItsOwn()
    {
        var time = new VirtualTimeProvider();
        var ether = new SimulatedEther(time);
        using var chipA = new ChipModel(ether, "A");
        using var chipB = new ChipModel(ether, "B");
        ether.ConnectAll();
        using var a = Open(chipA, time);
        using var b = Open(chipB, time);
        var events = new List<Sx127xEvent>();
        foreach (var (sends, listens, heard) in new[] { (true, true, true), (false, false, true), (true, false, false), (false, true, false) })
        {
            a.Initialize(new Sx127xSettings { FrequencyHz = 868_100_000, InvertIqTransmit = sends, InvertIqReceive = !sends });
            b.Initialize(new Sx127xSettings { FrequencyHz = 868_100_000, InvertIqTransmit = !listens, InvertIqReceive = listens });
            b.ReceiveContinuous();
            a.Transmit([1, 2, 3]);
            time.RunFor(TimeSpan.FromSeconds(1));
            events.Clear();
            b.Service(events);
            events.Count.ShouldBe(heard ? 1 : 0, $"sends {sends}, listens {listens}");
        }
    }

    private static IEnumerable<(Sx127xSettings Settings, int Length)> All() =>
        from spreadingFactor in Enumerable.Range(6, 7)
        from bandwidth in Enum.GetValues<Bandwidth>()
        from codingRate in Enumerable.Range(5, 4)
        from explicitHeader in (bool[])[true, false]
        from crc in (bool[])[true, false]
        from invertIq in (bool[])[true, false]
        from length in (int[])[1, 64, 255]
        select (new Sx127xSettings
        {
            FrequencyHz = 868_100_000,
            SpreadingFactor = spreadingFactor,
            Bandwidth = bandwidth,
            CodingRateDenominator = codingRate,
            ImplicitHeaderLength = explicitHeader ? null : length,
            Crc = crc,
            InvertIqTransmit = invertIq,
            InvertIqReceive = invertIq,
        }, length);

    private static Driver Open(ChipModel chip, VirtualTimeProvider time) =>
        new(chip.Spi, chip.Pins.Reset, chip.Pins.Dio0, gpio: new GpioController(chip.Lines), wait: time.Sleep);
}
