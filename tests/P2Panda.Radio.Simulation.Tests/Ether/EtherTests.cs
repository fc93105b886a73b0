using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Tests.Ether;

public class EtherTests
{
    [Fact]
    public void AStationOutOfRangeHearsNothing()
    {
        using var scene = Three(ac: null);
        scene.Receive("B", "C");
        scene.Send("A");
        scene.Run(1);
        scene.EventsOf("B").Frames.Count.ShouldBe(1);
        scene.EventsOf("C").Frames.ShouldBeEmpty();
        scene.Ether.Counts("A", "C").Of(LossReason.OutOfRange).ShouldBe(1);
        scene.Ether.Counts("A", "C").Delivered.ShouldBe(0);
    }

    [Theory]
    [InlineData(7, 130, true)]
    [InlineData(7, 140, false)]
    [InlineData(12, 140, true)]
    [InlineData(12, 152, false)]
    public void RangeDependsOnTheSpreadingFactor(int spreadingFactor, double pathLoss, bool heard)
    {
        using var scene = new Scene();
        var settings = Scene.Settings with { Modulation = Scene.Fast with { SpreadingFactor = spreadingFactor } };
        scene.Add("A", settings);
        scene.Add("B", settings);
        scene.Ether.Connect("A", "B", new Link(pathLoss));
        scene.Receive("B");
        scene.Send("A");
        scene.Run(5);
        scene.EventsOf("B").Frames.Count.ShouldBe(heard ? 1 : 0);
        scene.Ether.Counts("A", "B").Of(LossReason.OutOfRange).ShouldBe(heard ? 0 : 1);
    }

    [Fact]
    public void FramesAreLostWithTheLinksProbability()
    {
        using var scene = new Scene(new EtherOptions { Seed = 42 });
        var a = scene.Add("A");
        scene.Add("B");
        scene.Ether.Connect("A", "B", new Link(110, LossProbability: 0.2));
        scene.Receive("B");
        scene.EventsOf("A").OnTransmitted = () =>
        {
            if (scene.EventsOf("A").Transmitted < 5000)
                a.Radio.Transmit([1, 2, 3]);
        };
        a.Radio.Transmit([1, 2, 3]);
        scene.Run(5000);
        var counts = scene.Ether.Counts("A", "B");
        // Four standard deviations of a binomial of 5000 at 0.2 are 113.
        counts.Of(LossReason.RandomLoss).ShouldBeInRange(1000 - 113, 1000 + 113);
        (counts.Delivered + counts.Of(LossReason.RandomLoss)).ShouldBe(5000);
        scene.EventsOf("B").Frames.Count.ShouldBe((int)counts.Delivered);
    }

    [Fact]
    public void EqualFramesDestroyEachOther()
    {
        using var scene = Three(ac: 110);
        scene.Receive("B");
        scene.Send("A");
        scene.Send("C", seed: 2);
        scene.Run(1);
        scene.EventsOf("B").Frames.ShouldBeEmpty();
        scene.Ether.Counts("A", "B").Of(LossReason.Collision).ShouldBe(1);
        scene.Ether.Counts("C", "B").Of(LossReason.Collision).ShouldBe(1);
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(5.9, false)]
    public void AFrameThatIs6DecibelsStrongerIsCaptured(double stronger, bool captured)
    {
        using var scene = Three(ac: 110);
        scene.Ether.Connect("C", "B", new Link(110 + stronger));
        scene.Receive("B");
        scene.Send("C", seed: 2);
        scene.Send("A");
        scene.Run(1);
        scene.EventsOf("B").Frames.Count.ShouldBe(captured ? 1 : 0);
        scene.Ether.Counts("C", "B").Of(LossReason.Collision).ShouldBe(1);
    }

    [Fact]
    public void AStrongFrameInTheMiddleOfAnotherIsMissedAndSpoilsIt()
    {
        using var scene = Three(ac: 110);
        scene.Ether.Connect("C", "B", new Link(90));
        scene.Receive("B");
        scene.Send("A", length: 100);
        scene.Run(0.08);
        scene.Send("C", seed: 2);
        scene.Run(1);
        scene.EventsOf("B").Frames.ShouldBeEmpty();
        scene.EventsOf("B").Corrupted.ShouldBe(1);
        scene.Ether.Counts("A", "B").Of(LossReason.Collision).ShouldBe(1);
        scene.Ether.Counts("C", "B").Of(LossReason.Collision).ShouldBe(1);
    }

    [Fact]
    public void OtherChannelsAndSpreadingFactorsDoNotDisturb()
    {
        using var scene = new Scene();
        scene.Add("A");
        scene.Add("B");
        scene.Add("C", Scene.Settings with { FrequencyHz = 868_100_000 });
        scene.Add("D", Scene.Settings with { Modulation = Scene.Fast with { SpreadingFactor = 9 } });
        scene.Ether.ConnectAll();
        scene.Receive("B");
        scene.Send("A");
        scene.Send("C");
        scene.Send("D");
        scene.Run(1);
        scene.EventsOf("B").Frames.Count.ShouldBe(1);
        scene.Ether.Counts("C", "B").Of(LossReason.OtherSettings).ShouldBe(1);
        scene.Ether.Counts("D", "B").Of(LossReason.OtherSettings).ShouldBe(1);
    }

    [Fact]
    public void ASenderHearsNothing()
    {
        using var scene = Three(ac: 110);
        scene.Send("A", length: 100);
        scene.Send("B", length: 10);
        scene.Run(1);
        scene.Ether.Counts("A", "B").Of(LossReason.HalfDuplex).ShouldBe(1);
        scene.Ether.Counts("B", "A").Of(LossReason.HalfDuplex).ShouldBe(1);
        scene.Ether.Counts("B", "C").Of(LossReason.NotListening).ShouldBe(1);
    }

    [Fact]
    public void TheReceiverMustBeOnForTheLastFourSymbolsOfThePreamble()
    {
        // Preamble of 8: the receiver has four symbols of 1.024 ms to wake up.
        foreach (var (late, heard) in new[] { (0.0040, true), (0.0042, false) })
        {
            using var scene = Three(ac: null);
            scene.Send("A");
            scene.Run(late);
            scene.Receive("B");
            scene.Run(1);
            scene.EventsOf("B").Frames.Count.ShouldBe(heard ? 1 : 0);
            scene.Ether.Counts("A", "B").Of(LossReason.NotListening).ShouldBe(heard ? 0 : 1);
        }
    }

    [Fact]
    public void LinksCanBeOneWayAndCanBreak()
    {
        using var scene = new Scene();
        scene.Add("A");
        scene.Add("B");
        scene.Ether.ConnectOneWay("A", "B");
        scene.Receive("A", "B");
        scene.Send("A");
        scene.Run(1);
        scene.Ether.Disconnect("A", "B");
        scene.Send("A");
        scene.Run(1);
        scene.EventsOf("B").Frames.Count.ShouldBe(1);
        scene.Ether.Counts("A", "B").Of(LossReason.OutOfRange).ShouldBe(1);
        scene.Receive("A", "B");
        scene.Send("B");
        scene.Run(1);
        scene.EventsOf("A").Frames.ShouldBeEmpty();
    }

    [Fact]
    public void TheRecordSaysWhoWhenWhereHowLongAndWhat()
    {
        using var scene = Three(ac: null);
        var ended = new List<Transmission>();
        scene.Ether.TransmissionEnded += ended.Add;
        var before = scene.Time.GetUtcNow();
        scene.Send("A", length: 20);
        scene.Run(1);
        var sent = scene.Ether.Transmissions.ShouldHaveSingleItem();
        ended.ShouldBe([sent]);
        sent.Sender.ShouldBe("A");
        sent.StartedAt.ShouldBe(before);
        sent.Airtime.ShouldBe(TimeSpan.FromMicroseconds(56_576));
        sent.Emission.FrequencyHz.ShouldBe(869_462_500, 31);
        sent.Emission.Modulation.BandwidthHz.ShouldBe(125_000);
        sent.Emission.PowerDbm.ShouldBe(14);
        sent.Length.ShouldBe(20);
        sent.Bytes.ToArray().ShouldBe(Scene.Payload(20));
        scene.Ether.Station("A").Airtime.ShouldBe(sent.Airtime);
    }

    [Fact]
    public void TheRecordHasABound()
    {
        using var scene = new Scene(new EtherOptions { RecordCapacity = 2, RecordBytes = false });
        scene.Add("A");
        for (var i = 0; i < 3; i++)
        {
            scene.Send("A");
            scene.Run(1);
        }

        scene.Ether.Transmissions.Count.ShouldBe(2);
        scene.Ether.TransmissionsNotRecorded.ShouldBe(1);
        scene.Ether.Transmissions[0].Bytes.IsEmpty.ShouldBeTrue();
        scene.Ether.Transmissions[0].Length.ShouldBe(20);
    }

    [Fact]
    public void StoppingATransmitterShortensItsFrame()
    {
        using var scene = Three(ac: null);
        scene.Receive("B");
        scene.Send("A", length: 100);
        scene.Run(0.05);
        scene.Station("A").Radio.Standby();
        scene.Run(1);
        scene.Ether.Transmissions[0].WasAborted.ShouldBeTrue();
        scene.Ether.Transmissions[0].Airtime.ShouldBe(TimeSpan.FromMilliseconds(50));
        scene.EventsOf("B").Frames.ShouldBeEmpty();
        scene.EventsOf("A").Transmitted.ShouldBe(0);
        scene.Ether.Counts("A", "B").Of(LossReason.Aborted).ShouldBe(1);
    }

    [Fact]
    public void ActivityDetectionSeesPreambles()
    {
        using var scene = Three(ac: null);
        scene.Station("B").Radio.DetectActivity();
        scene.Run(0.1);
        scene.EventsOf("B").Activity.ShouldBe([false]);
        scene.Send("A");
        scene.Station("B").Radio.DetectActivity();
        scene.Run(0.02);
        scene.EventsOf("B").Activity.ShouldBe([false, true]);
        // The preamble is over by now, and payload symbols are not seen.
        scene.Station("B").Radio.DetectActivity();
        scene.Run(1);
        scene.EventsOf("B").Activity.ShouldBe([false, true, false]);
        scene.Station("B").Radio.State.ShouldBe(RadioState.Standby);
    }

    [Fact]
    public void ActivityDetectionCanBeImperfect()
    {
        using var scene = new Scene(new EtherOptions { ActivityMissProbability = 0.3, ActivityFalseAlarmProbability = 0.1 });
        scene.Add("A");
        scene.Add("B");
        scene.Ether.ConnectAll();
        for (var i = 0; i < 400; i++)
        {
            scene.Station("B").Radio.DetectActivity();
            scene.Run(0.1);
        }

        scene.EventsOf("B").Activity.Count(seen => seen).ShouldBeInRange(20, 65);
        scene.EventsOf("B").Activity.Clear();
        for (var i = 0; i < 400; i++)
        {
            scene.Send("A");
            scene.Station("B").Radio.DetectActivity();
            scene.Run(0.1);
        }

        scene.EventsOf("B").Activity.Count(seen => !seen).ShouldBeInRange(75, 140);
    }

    [Fact]
    public void TheChannelCanBeMeasured()
    {
        using var scene = Three(ac: null);
        var b = scene.Station("B").Radio;
        b.CurrentRssiDbm().ShouldBeNull();
        b.Receive();
        // Noise: -174 + 6 + 51 dBm.
        b.CurrentRssiDbm()!.Value.ShouldBe(-117, 1);
        b.IsReceivingFrame().ShouldBeFalse();
        scene.Send("A", length: 100);
        scene.Run(0.01);
        b.CurrentRssiDbm()!.Value.ShouldBe(-96, 1);
        b.IsReceivingFrame().ShouldBeTrue();
        scene.Run(1);
        b.IsReceivingFrame().ShouldBeFalse();
    }

    [Fact]
    public void CrystalErrorsShowAndAreToleratedToAQuarterOfTheBandwidth()
    {
        foreach (var (ppm, heard) in new[] { (10.0, true), (30.0, true), (40.0, false) })
        {
            using var scene = new Scene();
            scene.Add("A", chip: new Simulation.Chip.ChipOptions { CrystalErrorPpm = ppm });
            scene.Add("B");
            scene.Ether.ConnectAll();
            scene.Receive("B");
            scene.Send("A");
            scene.Run(1);
            scene.EventsOf("B").Frames.Count.ShouldBe(heard ? 1 : 0);
            if (heard)
                scene.EventsOf("B").Frames[0].FrequencyErrorHz.ShouldBe(869.4625 * ppm, 5);
        }
    }

    [Fact]
    public void TheSameSeedIsTheSameRun()
    {
        Run(7).ShouldBe(Run(7));
        Run(7).ShouldNotBe(Run(8));

        static List<string> Run(ulong seed)
        {
            using var scene = new Scene(new EtherOptions { Seed = seed });
            var names = Enumerable.Range(0, 6).Select(i => $"N{i}").ToArray();
            var random = new Random(5);
            foreach (var name in names)
                scene.Add(name);
            scene.Ether.ConnectAll(new Link(115, 0.2, ShadowingDb: 4));
            foreach (var name in names)
            {
                var radio = scene.Station(name).Radio;
                scene.EventsOf(name).OnTransmitted = radio.Receive;
                radio.Receive();
            }

            for (var i = 0; i < 200; i++)
            {
                scene.Run(random.NextDouble() * 0.2);
                var radio = scene.Station(names[random.Next(6)]).Radio;
                if (radio.State == RadioState.Receiving)
                    radio.Transmit(Scene.Payload(random.Next(1, 60), i));
            }

            scene.Run(1);
            return [.. scene.Ether.Transmissions.Select(sent => $"{sent.Sender} {sent.Start} {sent.Length}"),
                .. names.SelectMany(name => scene.EventsOf(name).Frames.Select(frame => $"{name} {frame.RssiDbm} {Convert.ToHexString(frame.Bytes.Span)}"))];
        }
    }

    [Fact]
    public void StationsHaveNamesOfTheirOwn()
    {
        using var scene = Three(ac: null);
        Should.Throw<ArgumentException>(() => scene.Add("A"));
        Should.Throw<ArgumentException>(() => scene.Ether.Connect("A", "nobody"));
        Should.Throw<ArgumentException>(() => scene.Ether.ConnectOneWay("A", "A"));
    }

    private static Scene Three(double? ac)
    {
        var scene = new Scene();
        foreach (var name in (string[])["A", "B", "C"])
            scene.Add(name);
        scene.Ether.Connect("A", "B", new Link(110));
        scene.Ether.Connect("B", "C", new Link(110));
        if (ac is { } loss)
            scene.Ether.Connect("A", "C", new Link(loss));
        return scene;
    }
}
