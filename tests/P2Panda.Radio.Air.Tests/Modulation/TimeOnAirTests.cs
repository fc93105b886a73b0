using System.Text.Json;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Modulation;

public class TimeOnAirTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(7, 125_000, 5, 8, 20, true, 56_576)]
    [InlineData(9, 125_000, 7, 8, 10, true, 168_960)]
    [InlineData(10, 125_000, 5, 8, 51, true, 616_448)]
    [InlineData(11, 125_000, 5, 8, 20, true, 741_376)]
    [InlineData(12, 125_000, 5, 8, 20, true, 1_318_912)]
    [InlineData(12, 125_000, 8, 8, 255, true, 14_032_896)]
    [InlineData(11, 250_000, 5, 16, 50, true, 641_024)]
    [InlineData(12, 250_000, 5, 8, 20, true, 659_456)]
    [InlineData(8, 62_500, 8, 16, 40, true, 476_160)]
    [InlineData(7, 500_000, 5, 8, 255, true, 99_904)]
    [InlineData(6, 500_000, 5, 12, 10, false, 5_664)]
    public void AgreesWithPublishedValues(
        int spreadingFactor, int bandwidth, int codingRate, int preamble, int payload, bool header, long microseconds)
    {
        var modulation = new LoraModulation
        {
            SpreadingFactor = spreadingFactor,
            BandwidthHz = bandwidth,
            CodingRateDenominator = codingRate,
            PreambleSymbols = preamble,
            ExplicitHeader = header,
        };

        TimeOnAir.Microseconds(modulation, payload).ShouldBe(microseconds);
        TimeOnAir.Of(modulation, payload).ShouldBe(TimeSpan.FromMicroseconds(microseconds));
    }

    [Fact]
    public void AgreesWithEveryVector()
    {
        using var vectors = TestVectors.Json("airtime/airtime.json");
        var rows = 0;
        foreach (var row in vectors.RootElement.GetProperty("rows").EnumerateArray())
        {
            var modulation = new LoraModulation
            {
                SpreadingFactor = row.GetProperty("spreading_factor").GetInt32(),
                BandwidthHz = row.GetProperty("bandwidth_hz_nominal").GetInt32() switch
                {
                    7_800 => 7_812,
                    10_400 => 10_416,
                    15_600 => 15_625,
                    20_800 => 20_833,
                    41_700 => 41_666,
                    var exact => exact,
                },
                CodingRateDenominator = row.GetProperty("coding_rate").GetString()![2] - '0',
                PreambleSymbols = row.GetProperty("preamble_symbols").GetInt32(),
                ExplicitHeader = row.GetProperty("explicit_header").GetBoolean(),
                Crc = row.GetProperty("crc").GetBoolean(),
                LowDataRateOptimize = row.GetProperty("low_data_rate_optimize").GetBoolean(),
            };

            TimeOnAir.Microseconds(modulation, row.GetProperty("payload_bytes").GetInt32())
                .ShouldBe(row.GetProperty("microseconds").GetInt64(), row.ToString());
            rows++;
        }

        output.WriteLine($"airtime.json: {rows} records");
        rows.ShouldBe(820);
    }

    [Theory]
    [InlineData(10, 125_000, false)]
    [InlineData(11, 125_000, true)]
    [InlineData(12, 250_000, true)]
    [InlineData(12, 500_000, false)]
    public void LowDataRateFollowsTheSymbolTime(int spreadingFactor, int bandwidth, bool expected) =>
        TimeOnAir.IsLowDataRate(new LoraModulation { SpreadingFactor = spreadingFactor, BandwidthHz = bandwidth }).ShouldBe(expected);

    [Fact]
    public void RefusesWhatTheChipDoesNotHave()
    {
        Should.Throw<ArgumentOutOfRangeException>(
            () => TimeOnAir.Microseconds(new LoraModulation { SpreadingFactor = 5, BandwidthHz = 125_000 }, 1));
        Should.Throw<ArgumentOutOfRangeException>(
            () => TimeOnAir.Microseconds(new LoraModulation { SpreadingFactor = 7, BandwidthHz = 100_000 }, 1));
        Should.Throw<ArgumentOutOfRangeException>(
            () => TimeOnAir.Microseconds(new LoraModulation { SpreadingFactor = 7, BandwidthHz = 125_000 }, 256));
    }
}
