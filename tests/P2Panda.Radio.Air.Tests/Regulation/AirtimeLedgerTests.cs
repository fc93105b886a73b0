using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Air.Tests.Regulation;

public sealed class AirtimeLedgerTests
{
    private static readonly Guid Boot = new("11111111-2222-3333-4444-555555555555");
    private static readonly StationPlan Europe = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup());
    private static readonly RadioSettings Standard = Europe.SettingsFor("standard");
    private static readonly RadioSettings Busy = Europe.SettingsFor("busy");
    private readonly MemoryMarks _marks = new();

    [Fact]
    public void GrantsUntilTheWindowIsFullThenSaysWhenItIsNot()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        var now = TimeSpan.Zero;
        for (var i = 0; i < 36; i++)
        {
            now += Seconds(1);
            Send(ledger, Busy, Seconds(1), now);
        }

        var wait = ledger.TryReserve(Request(Busy, Seconds(1)), now).ShouldBeOfType<AirtimeAnswer.Wait>();
        wait.Rule.ShouldBe("eu868/M");
        wait.Until.ShouldBeGreaterThanOrEqualTo(Seconds(3601));
        wait.Until.ShouldBeLessThan(Seconds(3601 + 15));
        ledger.TryReserve(Request(Busy, Seconds(1)), wait.Until).ShouldBeOfType<AirtimeAnswer.Granted>();
    }

    [Fact]
    public void SubBandsHaveLedgersOfTheirOwn()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        Send(ledger, Busy, Seconds(36), Seconds(40));
        ledger.TryReserve(Request(Busy, Seconds(1)), Seconds(41)).ShouldBeOfType<AirtimeAnswer.Wait>();
        ledger.TryReserve(Request(Standard, Seconds(1)), Seconds(41)).ShouldBeOfType<AirtimeAnswer.Granted>();
        ledger.Remaining(Standard, Seconds(41)).ShouldBe(Seconds(359));
        ledger.Remaining(Busy, Seconds(41)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void OpenReservationsCountUntilCancelled()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        var granted = (AirtimeAnswer.Granted)ledger.TryReserve(Request(Busy, Seconds(36)), TimeSpan.Zero);
        ledger.TryReserve(Request(Busy, Seconds(1)), Seconds(10_000)).ShouldBeOfType<AirtimeAnswer.Wait>();
        ledger.Cancel(granted.Reservation);
        ledger.TryReserve(Request(Busy, Seconds(1)), Seconds(10_000)).ShouldBeOfType<AirtimeAnswer.Granted>();
        Should.Throw<InvalidOperationException>(() => ledger.Complete(granted.Reservation, Seconds(10_001)));
    }

    [Fact]
    public void RefusesWhatIsNeverAllowed()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        Refusal(ledger, Standard with { FrequencyHz = 869_500_000, Modulation = Wide(250_000) }, 1).ShouldBe(AirtimeRefusal.NotAllowed);
        Refusal(ledger, Standard with { FrequencyHz = 868_650_000 }, 1).ShouldBe(AirtimeRefusal.NotAllowed);
        Refusal(ledger, Busy with { PowerDbm = 15 }, 1).ShouldBe(AirtimeRefusal.TooMuchPower);
        Refusal(ledger, Busy, 37).ShouldBe(AirtimeRefusal.TooLong);
        _marks.Writes.ShouldBe(0);
    }

    [Fact]
    public void HighPowerHasItsOwnOnePercent()
    {
        var plan = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup { ModuleMaxDbm = 20 });
        var settings = plan.SettingsFor("standard");
        settings.PowerDbm.ShouldBe(20);
        var ledger = new AirtimeLedger(plan, _marks, new LedgerOpening { FirstStart = true }, TimeSpan.Zero);
        Send(ledger, settings, Seconds(36), Seconds(36));
        ledger.TryReserve(Request(settings, Seconds(1)), Seconds(37)).ShouldBeOfType<AirtimeAnswer.Wait>().Rule.ShouldBe("sx127x/high-power");
        ledger.TryReserve(Request(settings with { PowerDbm = 17 }, Seconds(1)), Seconds(37)).ShouldBeOfType<AirtimeAnswer.Granted>();
    }

    [Fact]
    public void NothingIsSentWhenTheBookingCannotBeWritten()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        _marks.FailWrites = true;
        Refusal(ledger, Standard, 1).ShouldBe(AirtimeRefusal.NotDurable);
        _marks.FailWrites = false;
        ledger.TryReserve(Request(Standard, Seconds(1)), Seconds(1)).ShouldBeOfType<AirtimeAnswer.Granted>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMissingOrDamagedLedgerMeansWaitingAFullWindow(bool damaged)
    {
        Send(Open(TimeSpan.Zero, firstStart: true), Standard, Seconds(1), Seconds(1));
        if (damaged)
        {
            _marks.Damage();
        }
        else
        {
            _marks.Forget();
        }

        var ledger = Open(Seconds(5), firstStart: damaged);
        ledger.State.ShouldBe(damaged ? LedgerState.Damaged : LedgerState.Missing);
        ledger.Remaining(Standard, Seconds(6)).ShouldBe(TimeSpan.Zero);
        var wait = ledger.TryReserve(Request(Standard, Seconds(1)), Seconds(6)).ShouldBeOfType<AirtimeAnswer.Wait>();
        wait.Until.ShouldBe(Seconds(5) + TimeSpan.FromHours(1) + AirtimeLedger.Aftermath);
        ledger.TryReserve(Request(Standard, Seconds(1)), wait.Until).ShouldBeOfType<AirtimeAnswer.Granted>();
    }

    [Fact]
    public void AStationThatBeganButNeverSentNeedNotWait()
    {
        AirtimeLedger.Begin(_marks, Boot, Seconds(1));
        Open(Seconds(2)).TryReserve(Request(Standard, Seconds(1)), Seconds(2)).ShouldBeOfType<AirtimeAnswer.Granted>();

        // Beginning again forgets nothing.
        var ledger = Open(Seconds(20));
        Send(ledger, Busy, Seconds(36), Seconds(56));
        AirtimeLedger.Begin(_marks, Boot, Seconds(57));
        Open(Seconds(58)).Remaining(Busy, Seconds(58)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void ARestartWithinOneBootRemembersWhenThingsWereSent()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        Send(ledger, Busy, Seconds(30), Seconds(30));
        ledger.Flush(Seconds(31));

        ledger = Open(Seconds(3000));
        ledger.State.ShouldBe(LedgerState.Restored);
        ledger.Remaining(Busy, Seconds(3000)).ShouldBe(Seconds(6));
        ledger.TryReserve(Request(Busy, Seconds(10)), Seconds(3000)).ShouldBeOfType<AirtimeAnswer.Wait>().Until.ShouldBe(Seconds(3630));
    }

    [Fact]
    public void ARebootBelievesOnlyTheAgesThatWereWritten()
    {
        var ledger = Open(Seconds(50_000), firstStart: true);
        Send(ledger, Busy, Seconds(30), Seconds(50_030));
        ledger.Flush(Seconds(50_130));

        ledger = new AirtimeLedger(Europe, _marks, new LedgerOpening { Boot = Guid.NewGuid() }, Seconds(7));
        ledger.TryReserve(Request(Busy, Seconds(10)), Seconds(7)).ShouldBeOfType<AirtimeAnswer.Wait>().Until.ShouldBe(Seconds(7 + 3600 - 100));
    }

    [Fact]
    public void ACrashCostsABlockAndNeverLess()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        Send(ledger, Busy, Seconds(0.5), Seconds(1));
        Send(ledger, Busy, Seconds(0.5), Seconds(2));
        _marks.Writes.ShouldBe(1);

        var after = Open(Seconds(3));
        after.Remaining(Busy, Seconds(3)).ShouldBe(Seconds(36 - 1.2));
    }

    [Fact]
    public void ASaturatedSubBandWritesAtMostThirtySixTimesAnHour()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        var now = TimeSpan.Zero;
        var sent = 0;
        while (now < TimeSpan.FromHours(24))
        {
            var answer = ledger.TryReserve(Request(Standard, Seconds(0.1)), now);
            if (answer is AirtimeAnswer.Wait wait)
            {
                wait.Until.ShouldBeGreaterThan(now);
                now = wait.Until;
                continue;
            }

            now += Seconds(0.1);
            ledger.Complete(((AirtimeAnswer.Granted)answer).Reservation, now);
            sent++;
        }

        sent.ShouldBeGreaterThan((int)(24 * 3600 * 0.99));
        (_marks.Writes / 24.0).ShouldBeLessThanOrEqualTo(36);
        _marks.LongestValue.ShouldBeLessThan(4096);
    }

    [Fact]
    public void AClockThatRunsBackwardsFreesNothing()
    {
        var ledger = Open(Seconds(10_000), firstStart: true);
        Send(ledger, Busy, Seconds(36), Seconds(10_036));
        var wait = ledger.TryReserve(Request(Busy, Seconds(1)), Seconds(5)).ShouldBeOfType<AirtimeAnswer.Wait>();
        wait.Until.ShouldBe(Seconds(13_636));
    }

    [Fact]
    public void SharesAreKeptByClassAndByAuthorWithinABound()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        var now = TimeSpan.Zero;
        var first = Author(0);
        for (var i = 0; i <= AirtimeShares.MaxAuthors; i++)
        {
            now += Seconds(0.2);
            var request = Request(Standard, Seconds(i == 0 ? 0.2 : 0.1)) with { Class = i % 2 == 0 ? TrafficClass.Normal : TrafficClass.Guest, Author = Author(i) };
            ledger.Complete(((AirtimeAnswer.Granted)ledger.TryReserve(request, now)).Reservation, now);
        }

        ledger.Shares.Authors.ShouldBe(AirtimeShares.MaxAuthors);
        ledger.Shares.ByAuthor(now)[0].ShouldBe(KeyValuePair.Create(first, Seconds(0.2)));
        ledger.Shares.Used(TrafficClass.Guest, now).ShouldBe(Seconds(25.6));
        ledger.Shares.Used(now).ShouldBe(Seconds(51.4));
        ledger.Shares.Used(first, now + TimeSpan.FromHours(1)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void OpenReservationsAreBounded()
    {
        var ledger = Open(TimeSpan.Zero, firstStart: true);
        for (var i = 0; i < AirtimeLedger.MaxOpen; i++)
        {
            ledger.TryReserve(Request(Standard, Seconds(0.1)), TimeSpan.Zero).ShouldBeOfType<AirtimeAnswer.Granted>();
        }

        Refusal(ledger, Standard, 0.1).ShouldBe(AirtimeRefusal.TooManyOpen);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static LoraModulation Wide(int bandwidthHz) => new() { SpreadingFactor = 7, BandwidthHz = bandwidthHz };

    private static AirtimeRequest Request(RadioSettings settings, TimeSpan airtime) => new() { Settings = settings, Airtime = airtime };

    private static PublicKey Author(int number)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Length];
        BitConverter.TryWriteBytes(bytes, number);
        return new PublicKey(bytes);
    }

    private static AirtimeRefusal Refusal(AirtimeLedger ledger, RadioSettings settings, double seconds) =>
        ledger.TryReserve(Request(settings, Seconds(seconds)), TimeSpan.Zero).ShouldBeOfType<AirtimeAnswer.Refused>().Reason;

    private static void Send(AirtimeLedger ledger, RadioSettings settings, TimeSpan airtime, TimeSpan end)
    {
        var granted = ledger.TryReserve(Request(settings, airtime), end - airtime).ShouldBeOfType<AirtimeAnswer.Granted>();
        ledger.Complete(granted.Reservation, end);
    }

    private AirtimeLedger Open(TimeSpan now, bool firstStart = false) =>
        new(Europe, _marks, new LedgerOpening { Boot = Boot, FirstStart = firstStart }, now);
}
