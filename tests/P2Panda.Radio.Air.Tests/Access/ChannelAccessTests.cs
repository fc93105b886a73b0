using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Tests.Regulation;

namespace P2Panda.Radio.Air.Tests.Access;

public sealed class ChannelAccessTests
{
    private static readonly StationPlan Europe = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup());
    private static readonly OutgoingFrame Frame = new(new byte[40]);
    private TimeSpan _now = TimeSpan.FromSeconds(100);

    [Fact]
    public void AFreeChannelIsUsedAfterOneDetection()
    {
        var (access, ledger) = Create(Europe, Europe.SettingsFor("standard"));
        access.Send(Frame);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.DetectActivity>();
        access.Next(_now, false).ShouldBeOfType<ChannelAction.AwaitRadio>();
        access.ActivityDetectionCompleted(false, _now);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.Transmit>().Frame.Length.ShouldBe(40);
        access.TryWithdraw().ShouldBeFalse();
        access.TransmitCompleted(_now);
        var airtime = TimeOnAir.Of(access.Settings.Modulation, 40);
        Outcome(access).ShouldBe(new SendOutcome.Sent(airtime));
        access.IsIdle.ShouldBeTrue();
        ledger.Shares.Used(_now).ShouldBe(airtime);
    }

    [Fact]
    public void ABusyChannelDoublesTheWindowAndIsGivenUpInTheEnd()
    {
        var (access, ledger) = Create(Europe, Europe.SettingsFor("standard"));
        var slot = ChannelTiming.Slot(access.Settings.Modulation);
        access.Send(Frame);
        var waits = new List<double>();
        while (true)
        {
            var action = access.Next(_now, false);
            if (action is ChannelAction.DetectActivity)
            {
                access.ActivityDetectionCompleted(true, _now);
            }
            else if (action is ChannelAction.WaitUntil wait)
            {
                waits.Add((wait.Until - _now) / slot);
                _now = wait.Until;
            }
            else
            {
                action.ShouldBeOfType<ChannelAction.Finished>().Outcome.ShouldBe(new SendOutcome.ChannelBusy(ChannelAccess.MaxAttempts));
                break;
            }
        }

        waits.Count.ShouldBe(ChannelAccess.MaxAttempts - 1);
        waits[0].ShouldBeInRange(1, 1 + ChannelAccess.FirstWindow);
        waits.ShouldAllBe(slots => slots >= 1 && slots <= 1 + ChannelAccess.LastWindow);
        waits.Max().ShouldBeGreaterThan(32);
        ledger.Remaining(access.Settings, _now).ShouldBe(TimeSpan.FromSeconds(360));
    }

    [Fact]
    public void AFrameThatIsComingInIsWaitedForButAStuckDemodulatorIsNot()
    {
        var (access, _) = Create(Europe, Europe.SettingsFor("standard"));
        access.Send(Frame);
        var start = _now;
        while (access.Next(_now, receivingFrame: true) is ChannelAction.WaitUntil wait)
        {
            _now = wait.Until;
        }

        access.Next(_now, true).ShouldBeOfType<ChannelAction.AwaitRadio>();
        (_now - start).ShouldBeGreaterThan(ChannelTiming.LongestFrame(access.Settings.Modulation));
        (_now - start).ShouldBeLessThan(2 * ChannelTiming.LongestFrame(access.Settings.Modulation));
    }

    [Fact]
    public void AfterSomebodySpokeEverybodyWaitsARandomWhile()
    {
        var starts = new HashSet<TimeSpan>();
        for (var seed = 0; seed < 20; seed++)
        {
            var (access, _) = Create(Europe, Europe.SettingsFor("standard"), seed);
            access.FrameHeard(_now);
            access.Send(Frame);
            starts.Add(access.Next(_now, false).ShouldBeOfType<ChannelAction.WaitUntil>().Until);
        }

        starts.Count.ShouldBe(20);
    }

    [Fact]
    public void WithoutAirtimeTheFrameIsGivenBackAtOnceWithTheTime()
    {
        var settings = Europe.SettingsFor("busy");
        var (access, ledger) = Create(Europe, settings);
        var hog = (AirtimeAnswer.Granted)ledger.TryReserve(new AirtimeRequest { Settings = settings, Airtime = TimeSpan.FromSeconds(36) }, _now);
        ledger.Complete(hog.Reservation, _now);
        access.Send(Frame);
        var outcome = Outcome(access).ShouldBeOfType<SendOutcome.OutOfAirtime>();
        outcome.Rule.ShouldBe("eu868/M");
        outcome.Until.ShouldBe(_now + TimeSpan.FromHours(1));
    }

    [Fact]
    public void AWithdrawnFrameCostsNothing()
    {
        var (access, ledger) = Create(Europe, Europe.SettingsFor("standard"));
        access.Send(Frame);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.DetectActivity>();
        Should.Throw<InvalidOperationException>(() => access.Send(Frame));
        access.TryWithdraw().ShouldBeTrue();
        access.ActivityDetectionCompleted(false, _now);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.Idle>();
        ledger.Remaining(access.Settings, _now).ShouldBe(TimeSpan.FromSeconds(360));
    }

    [Fact]
    public void ATransmissionThatTheRadioLostCountsAsSent()
    {
        var (access, ledger) = Create(Europe, Europe.SettingsFor("standard"));
        access.Send(Frame);
        access.Next(_now, false);
        access.ActivityDetectionCompleted(false, _now);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.Transmit>();
        access.Faulted(new RadioFault("no TxDone", Recovered: true, TransmissionLost: true), _now);
        Outcome(access).ShouldBeOfType<SendOutcome.Lost>();
        ledger.Shares.Used(_now).ShouldBe(TimeOnAir.Of(access.Settings.Modulation, 40));
    }

    [Fact]
    public void AFaultDuringDetectionIsTriedAgain()
    {
        var (access, _) = Create(Europe, Europe.SettingsFor("standard"));
        access.Send(Frame);
        access.Next(_now, false);
        access.Faulted(new RadioFault("no CadDone", Recovered: true, TransmissionLost: false), _now);
        _now = access.Next(_now, false).ShouldBeOfType<ChannelAction.WaitUntil>().Until;
        access.Next(_now, false).ShouldBeOfType<ChannelAction.DetectActivity>();
    }

    [Fact]
    public void JapanListensFiveMillisecondsBelowTheThresholdAndPausesAfterwards()
    {
        var plan = StationPlan.Create(RegionalPlans.Get("jp920"), new StationSetup { CableLossDb = 1 });
        var settings = plan.SettingsFor("standard");
        var (access, _) = Create(plan, settings);
        access.Send(Frame);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.DetectActivity>();
        access.ActivityDetectionCompleted(false, _now);

        // −84 dBm behind 1 dB of cable is −83 dBm at the antenna: the threshold of −80 dBm less the margin.
        var sensed = Sense(access, -84.1);
        sensed.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(5));
        access.Next(_now, false).ShouldBeOfType<ChannelAction.Transmit>();
        access.TransmitCompleted(_now);
        Outcome(access).ShouldBeOfType<SendOutcome.Sent>();

        access.Send(Frame);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.WaitUntil>().Until.ShouldBe(_now + TimeSpan.FromMilliseconds(50));
        _now += TimeSpan.FromMilliseconds(50);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.DetectActivity>();
        access.ActivityDetectionCompleted(false, _now);
        Sense(access, -83.9);
        access.Next(_now, false).ShouldBeOfType<ChannelAction.WaitUntil>();
        access.Busy.ShouldBe(1);
    }

    [Fact]
    public void AHoppingStationSendsEachFrameOnTheNextChannelWithTheLongPreamble()
    {
        var plan = StationPlan.Create(RegionalPlans.Get("us915"), new StationSetup { SubBand = "hop25" });
        var rule = plan.Plan.FindSubBand("hop25")!.Hopping!;
        var home = plan.SettingsFor("hop");
        var settings = home with { Modulation = HopSequence.WithScanPreamble(home.Modulation, rule) };
        var (access, _) = Create(plan, settings, hops: new HopSequence(rule, "a key"u8, 4));
        var expected = new HopSequence(rule, "a key"u8, 4);
        var channels = new HashSet<long>();
        for (var i = 0; i < rule.Channels; i++)
        {
            access.Send(new OutgoingFrame(new byte[255]));
            var detect = access.Next(_now, false).ShouldBeOfType<ChannelAction.DetectActivity>();
            access.ActivityDetectionCompleted(false, _now);
            var transmit = access.Next(_now, false).ShouldBeOfType<ChannelAction.Transmit>();
            transmit.Settings.ShouldBe(detect.Settings);
            transmit.Settings.FrequencyHz.ShouldBe(expected.Next());
            transmit.Settings.Modulation.PreambleSymbols.ShouldBeGreaterThan(100);
            channels.Add(transmit.Settings.FrequencyHz);
            _now += TimeOnAir.Of(transmit.Settings.Modulation, 255);
            access.TransmitCompleted(_now);
            Outcome(access).ShouldBeOfType<SendOutcome.Sent>();
        }

        channels.Count.ShouldBe(25);
    }

    private static (ChannelAccess Access, AirtimeLedger Ledger) Create(StationPlan plan, RadioSettings settings, int seed = 7, HopSequence? hops = null)
    {
        var ledger = new AirtimeLedger(plan, new MemoryMarks(), new LedgerOpening { FirstStart = true }, TimeSpan.Zero);
        return (new ChannelAccess(ledger, settings, new Random(seed), hops), ledger);
    }

    private SendOutcome Outcome(ChannelAccess access) => access.Next(_now, false).ShouldBeOfType<ChannelAction.Finished>().Outcome;

    /// <summary>Answers readings with one value until something else is wanted; tells how long that took from the first reading.</summary>
    private TimeSpan Sense(ChannelAccess access, double dbm)
    {
        TimeSpan? first = null;
        while (true)
        {
            var busy = access.Busy;
            if (access.Next(_now, false) is ChannelAction.WaitUntil wait)
            {
                _now = wait.Until;
                continue;
            }

            first ??= _now;
            access.RssiMeasured(dbm, _now);
            if (_now - first >= TimeSpan.FromMilliseconds(5) || access.Busy != busy)
            {
                return _now - first.Value;
            }
        }
    }
}
