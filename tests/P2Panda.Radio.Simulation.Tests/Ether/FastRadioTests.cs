using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;

namespace P2Panda.Radio.Simulation.Tests.Ether;

public class FastRadioTests
{
    /// <summary>
    /// A busy hour of ten stations, once with chips and the shipped driver, once with fast radios: every event of every station is the same,
    /// at the same instant, with the same bytes and measurements, and so are the ether's record and the fate of every frame.
    /// </summary>
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 7)]
    [InlineData(3, 9)]
    [InlineData(4, 11)]
    public void AFastRadioTellsWhatTheDriverOnAChipTells(int seed, int spreadingFactor)
    {
        var chips = Run(seed, spreadingFactor, fast: false);
        var fast = Run(seed, spreadingFactor, fast: true);
        fast.Count.ShouldBeGreaterThan(2000);
        for (var i = 0; i < Math.Min(fast.Count, chips.Count); i++)
            fast[i].ShouldBe(chips[i], $"line {i}, after {(i > 0 ? fast[i - 1] : "nothing")}");
        fast.Count.ShouldBe(chips.Count);
        foreach (var word in (string[])["frame", "corrupted", "sent", "detected True", "detected False"])
            fast.ShouldContain(line => line.Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public void AFastRadioRefusesWhatTheDriverRefuses()
    {
        var ether = new SimulatedEther(new VirtualTimeProvider());
        using var radio = new FastRadio(ether, "A");
        Should.Throw<InvalidOperationException>(radio.Receive);
        radio.Start(Scene.Settings, new RecordedEvents());
        Should.Throw<ArgumentException>(() => radio.Transmit([]));
        radio.Transmit([1]);
        Should.Throw<InvalidOperationException>(() => radio.Transmit([1]));
        Should.Throw<InvalidOperationException>(() => radio.Configure(Scene.Settings));
        radio.Standby();
        radio.Configure(Scene.Settings with { PowerDbm = 10 });
        radio.State.ShouldBe(RadioState.Standby);
    }

    private static List<string> Run(int seed, int spreadingFactor, bool fast)
    {
        const int Stations = 10;
        var time = new VirtualTimeProvider();
        var ether = new SimulatedEther(time, new EtherOptions { Seed = (ulong)seed, ActivityMissProbability = 0.05 });
        var settings = Scene.Settings with { Modulation = Scene.Fast with { SpreadingFactor = spreadingFactor } };
        var names = Enumerable.Range(0, Stations).Select(i => $"N{i}").ToArray();
        var log = new List<string>();
        var radios = new List<IRadio>();
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            var ppm = i - 5.0;
            radios.Add(fast ? new FastRadio(ether, name, ppm) : new SimulatedStation(ether, name, new ChipOptions { CrystalErrorPpm = ppm }).Radio);
        }

        var random = new Random(seed);
        for (var a = 0; a < Stations; a++)
        {
            for (var b = a + 1; b < Stations; b++)
            {
                if (random.NextDouble() < 0.6)
                    ether.Connect(names[a], names[b], new Link(105 + random.NextDouble() * 32, 0.1, ShadowingDb: 3));
            }
        }

        var index = 0;
        foreach (var radio in radios)
        {
            var name = names[index++];
            radio.Start(settings, new LoggedEvents(line => log.Add($"{time.Elapsed} {name} {line}"), radio));
        }

        // Bringing a chip up takes time, so both begin at the same later instant.
        time.RunUntil(new DateTimeOffset(2026, 1, 1, 0, 0, 10, TimeSpan.Zero));
        foreach (var radio in radios)
            radio.Receive();
        for (var i = 0; i < 1500; i++)
        {
            time.RunFor(TimeSpan.FromMilliseconds(random.Next(1, spreadingFactor * 60)));
            var radio = radios[random.Next(Stations)];
            var (length, act) = (random.Next(1, 80), random.Next(4));
            if (radio.State != RadioState.Receiving)
                continue;
            log.Add($"{radio.CurrentRssiDbm()} {radio.IsReceivingFrame()}");
            if (act == 0)
                radio.DetectActivity();
            else
                radio.Transmit(Scene.Payload(length, i));
        }

        time.RunFor(TimeSpan.FromMinutes(1));
        log.AddRange(ether.Transmissions.Select(sent => $"{sent.Sender} {sent.Start} {sent.Length} {sent.WasAborted}"));
        log.AddRange(from a in names
                     from b in names
                     where a != b
                     let counts = ether.Counts(a, b)
                     select $"{a} {b} {string.Join(' ', Enum.GetValues<LossReason>().Select(counts.Of))}");
        foreach (var radio in radios)
            radio.Dispose();
        return log;
    }

    private sealed class LoggedEvents(Action<string> log, IRadio radio) : IRadioEvents
    {
        public void FrameReceived(ReceivedFrame frame) =>
            log($"frame {Convert.ToHexString(frame.Bytes.Span)} {frame.RssiDbm:F2} {frame.SnrDb} {frame.FrequencyErrorHz:F1}");

        public void FrameCorrupted() => log("corrupted");

        public void TransmitCompleted()
        {
            log("sent");
            radio.Receive();
        }

        public void ActivityDetectionCompleted(bool detected)
        {
            log($"detected {detected}");
            radio.Receive();
        }

        public void Faulted(RadioFault fault) => log($"fault {fault.Message}");
    }
}
