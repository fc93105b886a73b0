using P2Panda.Tests;

namespace Iot.Device.Sx127x.Tests;

public class Sx127xSettingsTests
{
    private static readonly Sx127xSettings Good = new() { FrequencyHz = 868_100_000 };

    [Theory]
    [InlineData(7, 125_000, 5, 8, 20, 56_576)]
    [InlineData(9, 125_000, 7, 8, 10, 168_960)]
    [InlineData(10, 125_000, 5, 8, 51, 616_448)]
    [InlineData(11, 125_000, 5, 8, 20, 741_376)]
    [InlineData(12, 125_000, 5, 8, 20, 1_318_912)]
    [InlineData(12, 125_000, 8, 8, 255, 14_032_896)]
    [InlineData(11, 250_000, 5, 16, 50, 641_024)]
    [InlineData(12, 250_000, 5, 8, 20, 659_456)]
    [InlineData(8, 62_500, 8, 16, 40, 476_160)]
    [InlineData(7, 500_000, 5, 8, 255, 99_904)]
    public void TimeOnAir(int spreadingFactor, int bandwidth, int codingRate, int preamble, int length, long microseconds) =>
        (Good with
        {
            SpreadingFactor = spreadingFactor,
            Bandwidth = BandwidthExtensions.FromHertz(bandwidth),
            CodingRateDenominator = codingRate,
            PreambleSymbols = preamble,
        }).TimeOnAir(length).ShouldBe(TimeSpan.FromMicroseconds(microseconds));

    [Fact]
    public void TimeOnAirOfSpreadingFactor6() =>
        (Good with { SpreadingFactor = 6, Bandwidth = Bandwidth.Hz500000, PreambleSymbols = 12, ImplicitHeaderLength = 10 })
            .TimeOnAir(10).ShouldBe(TimeSpan.FromMicroseconds(5_664));

    [Fact]
    public void TimeOnAirAgreesWithTheFormulaInExactFractions()
    {
        using var vectors = TestVectors.Json("airtime/airtime.json");
        var rows = 0;
        foreach (var row in vectors.RootElement.GetProperty("rows").EnumerateArray())
        {
            rows++;
            var settings = new Sx127xSettings
            {
                FrequencyHz = 868_100_000,
                SpreadingFactor = row.GetProperty("spreading_factor").GetInt32(),
                Bandwidth = BandwidthExtensions.FromHertz(row.GetProperty("bandwidth_hz_nominal").GetInt32()),
                CodingRateDenominator = row.GetProperty("coding_rate").GetString()![2] - '0',
                PreambleSymbols = row.GetProperty("preamble_symbols").GetInt32(),
                ImplicitHeaderLength = row.GetProperty("explicit_header").GetBoolean() ? null : 1,
                Crc = row.GetProperty("crc").GetBoolean(),
                LowDataRateOptimize = row.GetProperty("low_data_rate_optimize").GetBoolean() ? LowDataRateOptimize.On : LowDataRateOptimize.Off,
            };
            settings.TimeOnAir(row.GetProperty("payload_bytes").GetInt32())
                .ShouldBe(TimeSpan.FromMicroseconds(row.GetProperty("microseconds").GetDouble()), row.ToString());
        }

        rows.ShouldBe(820);
    }

    [Fact]
    public void GoodSettingsAreNotRefused() => Good.Validate(ChipFamily.Sx1276).ShouldBeEmpty();

    [Fact]
    public void EverythingThatIsWrongIsSaidAtOnce()
    {
        var wrong = new Sx127xSettings
        {
            FrequencyHz = 100_000_000,
            SpreadingFactor = 13,
            Bandwidth = (Bandwidth)10,
            CodingRateDenominator = 4,
            PreambleSymbols = 5,
            ImplicitHeaderLength = 256,
            OverCurrentMilliamperes = 250,
            PowerDbm = 1,
        }.Validate(ChipFamily.Sx1276);
        wrong.Count.ShouldBe(8);
        wrong.ShouldContain(line => line.Contains("1 dBm is not within 2 to 20 dBm of PA_BOOST", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PowerOutput.PaBoost, ChipFamily.Sx1276, 2, 20)]
    [InlineData(PowerOutput.Rfo, ChipFamily.Sx1276, -4, 15)]
    [InlineData(PowerOutput.Rfo, ChipFamily.Sx1272, -1, 14)]
    public void PowerHasBounds(PowerOutput output, ChipFamily family, int lowest, int highest)
    {
        for (var dbm = -10; dbm <= 25; dbm++)
        {
            var settings = Good with { PowerOutput = output, PowerDbm = dbm };
            (settings.Validate(family).Count == 0).ShouldBe(dbm >= lowest && dbm <= highest, $"{dbm} dBm");
        }
    }

    [Fact]
    public void SpreadingFactor6NeedsALength()
    {
        (Good with { SpreadingFactor = 6 }).Validate(ChipFamily.Sx1276).ShouldHaveSingleItem().ShouldContain("ImplicitHeaderLength");
        (Good with { SpreadingFactor = 6, ImplicitHeaderLength = 1 }).Validate(ChipFamily.Sx1276).ShouldBeEmpty();
    }

    [Fact]
    public void TheSx1272HasNoNarrowBandwidthAndNoLowBand()
    {
        (Good with { Bandwidth = Bandwidth.Hz62500 }).Validate(ChipFamily.Sx1272).ShouldHaveSingleItem();
        (Good with { FrequencyHz = 434_000_000 }).Validate(ChipFamily.Sx1272).ShouldHaveSingleItem();
    }

    [Fact]
    public void WideBandwidthsAreRefusedAt169Megahertz() =>
        (Good with { FrequencyHz = 169_400_000, Bandwidth = Bandwidth.Hz250000 }).Validate(ChipFamily.Sx1276).ShouldHaveSingleItem();

    [Theory]
    [InlineData(7_800, Bandwidth.Hz7812)]
    [InlineData(7_812, Bandwidth.Hz7812)]
    [InlineData(41_700, Bandwidth.Hz41666)]
    [InlineData(500_000, Bandwidth.Hz500000)]
    public void BandwidthsAreKnownByTheirHertz(int hertz, Bandwidth bandwidth) => BandwidthExtensions.FromHertz(hertz).ShouldBe(bandwidth);

    [Fact]
    public void OtherBandwidthsDoNotExist() => Should.Throw<ArgumentOutOfRangeException>(() => BandwidthExtensions.FromHertz(100_000));
}
