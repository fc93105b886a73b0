using System.Device.Gpio;
using System.Device.Spi;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Sx127x;
using Driver = Iot.Device.Sx127x.Sx127x;

namespace P2Panda.Radio.Simulation.Tests.Chip;

/// <summary>What goes wrong with real chips, and that the radio gets over it.</summary>
public class RadioResilienceTests
{
    /// <summary>A driver that waits for an edge and reads the packet, but forgets the flags: it hears one packet in its life.</summary>
    [Fact]
    public void ACarelessDriverGoesDeaf()
    {
        var (time, a, b) = RawChip.Pair();
        using (a)
        using (b)
        {
            List<byte[]> heard = [];
            b.Gpio.RegisterCallbackForPinValueChangedEvent(b.Model.Pins.Dio0, PinEventTypes.Rising, (_, _) => heard.Add(b.Packet()));
            b.ToLora().Write(0x01, 0x85);
            a.ToLora();
            for (byte i = 0; i < 30; i++)
            {
                a.Send(i);
                time.RunFor(TimeSpan.FromMilliseconds(100));
            }

            heard.ShouldHaveSingleItem().ShouldBe([0]);
        }
    }

    /// <summary>
    /// A second packet ends at every possible instant while the first is being served: before and after every bus transfer. A driver that
    /// trusts edges, or clears more than it read, loses one of them for some instant, or goes deaf.
    /// </summary>
    [Fact]
    public void NoInstantOfAnInterruptIsTheWrongOne()
    {
        var transfersOfOneService = 0;
        for (var instant = 0; instant <= transfersOfOneService * 2; instant++)
        {
            foreach (var clearsAll in (bool[])[false, true])
            {
                using var scene = new Scene();
                var a = scene.Add("A");
                var c = scene.Add("C");
                using var chip = new ChipModel(scene.Ether, "B", new ChipOptions { AnyFlagWriteClearsAll = clearsAll });
                var spi = new InterruptedSpi(chip.Spi);
                using var radio = new Sx127xRadio(
                    new Driver(spi, chip.Pins.Reset, chip.Pins.Dio0, chip.Pins.Dio1, new GpioController(chip.Lines), wait: scene.Time.Sleep),
                    time: scene.Time);
                var events = new RecordedEvents();
                radio.Start(Scene.Settings, events);
                scene.Ether.Connect("A", "B", new Link(100));
                scene.Ether.Connect("C", "B", new Link(100));
                radio.Receive();

                // C's packet begins when A's has ended; then the bus stands still at the chosen transfer until C's has ended too.
                a.Radio.Transmit(Scene.Payload(30, 1));
                var airtime = scene.Ether.Transmissions[^1].Airtime;
                using var next = scene.Time.CreateTimer(
                    _ => c.Radio.Transmit(Scene.Payload(20, 2)), null, airtime + TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan);
                scene.Time.RunFor(airtime - TimeSpan.FromTicks(1));
                spi.Interrupt(instant, () => scene.Run(0.06));
                scene.Run(1);
                if (instant == 0)
                    transfersOfOneService = Math.Max(transfersOfOneService, spi.TransfersSeen);

                events.Frames.Select(frame => frame.Bytes.ToArray()).ShouldContain(
                    frame => frame.SequenceEqual(Scene.Payload(20, 2)), $"second packet, instant {instant}, clears all: {clearsAll}");
                // Only before the status is read can the first be overtaken.
                events.Frames.Count.ShouldBe(instant == 0 ? 1 : 2, $"instant {instant}, clears all: {clearsAll}");
                if (instant > 0)
                    events.Frames[0].Bytes.ToArray().ShouldBe(Scene.Payload(30, 1));

                events.Frames.Clear();
                a.Radio.Transmit(Scene.Payload(10, 3));
                scene.Run(1);
                events.Frames.ShouldHaveSingleItem($"not deaf, instant {instant}, clears all: {clearsAll}");
                events.Faults.ShouldBeEmpty();
            }
        }

        transfersOfOneService.ShouldBeGreaterThan(4);
    }

    [Fact]
    public void ALostTransmitInterruptIsTakenUpByTheWatchdog()
    {
        using var scene = new Scene();
        var a = scene.Add("A");
        a.Chip.Fault = ChipFault.LinesDead;
        a.Radio.Transmit(Scene.Payload(20));
        scene.Run(1);
        scene.EventsOf("A").Transmitted.ShouldBe(1);
        scene.EventsOf("A").Faults.ShouldBeEmpty();
        a.Sx127xRadio.LostInterrupts.ShouldBe(1);
    }

    [Fact]
    public void ALostReceiveInterruptIsTakenUpByTheHealthCheck()
    {
        using var scene = Pair();
        var b = scene.Station("B");
        b.Chip.Fault = ChipFault.LinesDead;
        scene.Receive("B");
        scene.Send("A");
        scene.Run(31);
        scene.EventsOf("B").Frames.Count.ShouldBe(1);
        b.Sx127xRadio.LostInterrupts.ShouldBe(1);
    }

    [Fact]
    public void AWedgedChipIsResetAndTheTransmissionReportedLost()
    {
        using var scene = Pair();
        scene.Receive("B");
        var a = scene.Station("A");
        a.Chip.Fault = ChipFault.Wedged;
        scene.Send("A");
        scene.Run(1);
        var fault = scene.EventsOf("A").Faults.ShouldHaveSingleItem();
        fault.Recovered.ShouldBeTrue();
        fault.TransmissionLost.ShouldBeTrue();
        fault.Message.ShouldContain("did not report the end of a transmission");
        a.Radio.State.ShouldBe(RadioState.Standby);
        scene.Send("A");
        scene.Run(1);
        scene.EventsOf("B").Frames.Count.ShouldBe(1);
    }

    [Fact]
    public void AFrameHandedOverDuringRecoveryIsSent()
    {
        using var scene = Pair();
        scene.Receive("B");
        var a = scene.Station("A");
        a.Radio.Receive();
        a.Chip.Fault = ChipFault.BrownOut;
        scene.Time.RunUntil(() => a.Sx127xRadio.Recoveries == 1, TimeSpan.FromMinutes(1)).ShouldBeTrue();
        a.Radio.Transmit(Scene.Payload(33));
        a.Radio.State.ShouldBe(RadioState.Transmitting);
        Should.Throw<InvalidOperationException>(() => a.Radio.Transmit(Scene.Payload(1)));
        scene.Run(1);
        scene.EventsOf("A").Faults.ShouldHaveSingleItem().TransmissionLost.ShouldBeFalse();
        scene.EventsOf("A").Transmitted.ShouldBe(1);
        scene.EventsOf("B").Frames.ShouldHaveSingleItem().Bytes.ToArray().ShouldBe(Scene.Payload(33));
    }

    [Fact]
    public void ABrownOutIsNoticedAndReceptionGoesOnWhenAskedFor()
    {
        using var scene = Pair();
        var b = scene.Station("B");
        b.Radio.Receive();
        scene.EventsOf("B").OnFault = _ => b.Radio.Receive();
        b.Chip.Fault = ChipFault.BrownOut;
        scene.Run(31);
        scene.EventsOf("B").Faults.ShouldHaveSingleItem().Message.ShouldContain("lost its configuration");
        scene.Send("A");
        scene.Run(1);
        scene.EventsOf("B").Frames.Count.ShouldBe(1);
    }

    [Fact]
    public void AChipThatIsGoneIsGivenUpAfterItsAttempts()
    {
        using var scene = Pair();
        var b = scene.Station("B");
        b.Radio.Receive();
        b.Chip.Fault = ChipFault.BusStuckHigh;
        scene.Run(60);
        b.Sx127xRadio.Recoveries.ShouldBe(5);
        var fault = scene.EventsOf("B").Faults.ShouldHaveSingleItem();
        fault.Recovered.ShouldBeFalse();
        fault.Message.ShouldContain("0xFF");
        b.Radio.State.ShouldBe(RadioState.Failed);
        b.Radio.Receive();
        b.Radio.Configure(Scene.Settings);
        b.Radio.DetectActivity();
        b.Radio.Transmit([1]);
        b.Radio.State.ShouldBe(RadioState.Failed);
        b.Chip.Fault = ChipFault.None;
        b.Radio.Start(Scene.Settings, scene.EventsOf("B"));
        b.Radio.Receive();
        scene.Send("A");
        scene.Run(1);
        scene.EventsOf("B").Frames.Count.ShouldBe(1);
    }

    [Fact]
    public void AChipThatComesBackIsRecovered()
    {
        using var scene = Pair();
        var b = scene.Station("B");
        b.Radio.Receive();
        b.Chip.Fault = ChipFault.BusStuckLow;
        scene.Run(32);
        b.Chip.Fault = ChipFault.None;
        scene.Run(5);
        scene.EventsOf("B").Faults.ShouldHaveSingleItem().Recovered.ShouldBeTrue();
        b.Radio.State.ShouldBe(RadioState.Standby);
    }

    [Fact]
    public void ANoisyBusNeverGarblesAFrameUnseenOrStopsTheRadioForGood()
    {
        using var scene = Pair();
        var b = scene.Station("B");
        scene.EventsOf("B").OnFault = fault =>
        {
            if (fault.Recovered)
                b.Radio.Receive();
        };
        b.Radio.Receive();
        b.Chip.Fault = ChipFault.BusNoise;
        for (var i = 0; i < 100; i++)
        {
            scene.Send("A", 10, i);
            scene.Run(2);
        }

        b.Chip.Fault = ChipFault.None;
        scene.Run(60);
        if (b.Radio.State == RadioState.Failed)
            b.Radio.Start(Scene.Settings, scene.EventsOf("B"));
        b.Radio.Receive();
        var before = scene.EventsOf("B").Frames.Count;
        scene.Send("A");
        scene.Run(1);
        scene.EventsOf("B").Frames.Count.ShouldBe(before + 1);
    }

    [Theory]
    [InlineData(ChipFault.BusStuckLow, null, "0x00")]
    [InlineData(ChipFault.BusStuckHigh, null, "0xFF")]
    [InlineData(ChipFault.None, 0x99, "0x99")]
    public void AChipThatIsNotThereIsSaidToBe(ChipFault fault, int? version, string hint)
    {
        using var scene = new Scene();
        using var station = new SimulatedStation(scene.Ether, "X", new ChipOptions { Version = (byte?)version });
        station.Chip.Fault = fault;
        var failure = Should.Throw<RadioException>(() => station.Radio.Start(Scene.Settings, new RecordedEvents()));
        failure.Message.ShouldContain(hint);
        station.Radio.State.ShouldBe(RadioState.Off);
    }

    [Theory]
    [InlineData(0x11)]
    [InlineData(0x12)]
    [InlineData(0x13)]
    public void VersionsThatWorkAreAccepted(byte version)
    {
        using var scene = new Scene();
        scene.Add("X", chip: new ChipOptions { Version = version }).Radio.State.ShouldBe(RadioState.Standby);
    }

    [Fact]
    public void SettingsTheChipCannotHaveAreRefusedWithAllReasons()
    {
        using var scene = new Scene();
        using var station = new SimulatedStation(scene.Ether, "X");
        var settings = Scene.Settings with { FrequencyHz = 1, PowerDbm = 30 };
        var failure = Should.Throw<RadioException>(() => station.Radio.Start(settings, new RecordedEvents()));
        failure.Message.ShouldContain("137 to 1020 MHz");
        failure.Message.ShouldContain("30 dBm");
        Should.Throw<RadioException>(() => station.Radio.Start(
            Scene.Settings with { Modulation = Scene.Fast with { ExplicitHeader = false } }, new RecordedEvents())).Message.ShouldContain("ImplicitHeaderLength");
    }

    [Fact]
    public void WithoutAnInterruptLineTheRadioPolls()
    {
        using var scene = new Scene();
        scene.Add("A");
        using var chip = new ChipModel(scene.Ether, "B");
        using var radio = new Sx127xRadio(new Driver(chip.Spi, wait: scene.Time.Sleep), time: scene.Time);
        var events = new RecordedEvents();
        radio.Start(Scene.Settings, events);
        scene.Ether.ConnectAll();
        radio.Receive();
        scene.Send("A");
        scene.Run(0.1);
        events.Frames.Count.ShouldBe(1);
        radio.Transmit(Scene.Payload(20));
        scene.Run(0.1);
        events.Transmitted.ShouldBe(1);
        radio.DetectActivity();
        scene.Run(0.1);
        events.Activity.ShouldBe([false]);
        var before = chip.Counters;
        scene.Run(1);
        (chip.Counters - before).Transfers.ShouldBe(0, "nothing to poll for in standby");
        events.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void AFrameCostsFewTransfers()
    {
        using var scene = Pair();
        scene.Receive("A", "B");
        var (a, b) = (scene.Station("A"), scene.Station("B"));
        var (beforeA, beforeB) = (a.SpiCounters, b.SpiCounters);
        scene.Send("A", 64);
        scene.Run(1);
        var (sent, received) = (a.SpiCounters - beforeA, b.SpiCounters - beforeB);
        // Standby, pointer, burst of 64, length, flags, line, mode; then one read and one clear.
        sent.ShouldBe(new SpiCounters(9, 81));
        // Status in one burst, clear, pointer, burst of 64, status once more with the frequency error.
        received.ShouldBe(new SpiCounters(5, 111));
    }

    private static Scene Pair()
    {
        var scene = new Scene();
        scene.Add("A");
        scene.Add("B");
        scene.Ether.ConnectAll();
        return scene;
    }

    /// <summary>A bus on which something happens before or after one of the transfers.</summary>
    private sealed class InterruptedSpi(SpiDevice inner) : SpiDevice
    {
        private int _instant = -1;
        private int _transfer;
        private Action? _act;

        public int TransfersSeen => _transfer;

        public override SpiConnectionSettings ConnectionSettings => inner.ConnectionSettings;

        /// <summary>Even instants are before a transfer, odd ones after it; counted from the next transfer.</summary>
        public void Interrupt(int instant, Action act) => (_instant, _transfer, _act) = (instant, 0, act);

        public override void Read(Span<byte> buffer)
        {
            Before();
            inner.Read(buffer);
            After();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Before();
            inner.Write(buffer);
            After();
        }

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            Before();
            inner.TransferFullDuplex(writeBuffer, readBuffer);
            After();
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }

        private void Before()
        {
            if (_instant == _transfer * 2)
                _act?.Invoke();
        }

        private void After()
        {
            if (_instant == _transfer * 2 + 1)
                _act?.Invoke();
            _transfer++;
        }
    }
}
