using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Tests;

namespace P2Panda.Radio.Simulation.Tests.Ether;

public class LoraTimingTests
{
    [Fact]
    public void FramesLastAsLongAsInExactFractions()
    {
        using var vectors = TestVectors.Json("airtime/airtime.json");
        foreach (var row in vectors.RootElement.GetProperty("rows").EnumerateArray())
        {
            var modulation = new LoraModulation
            {
                SpreadingFactor = row.GetProperty("spreading_factor").GetInt32(),
                BandwidthHz = row.GetProperty("bandwidth_hz_nominal").GetInt32(),
                CodingRateDenominator = row.GetProperty("coding_rate").GetString()![2] - '0',
                PreambleSymbols = row.GetProperty("preamble_symbols").GetInt32(),
                ExplicitHeader = row.GetProperty("explicit_header").GetBoolean(),
                Crc = row.GetProperty("crc").GetBoolean(),
                LowDataRateOptimize = row.GetProperty("low_data_rate_optimize").GetBoolean(),
            };
            LoraTiming.Frame(modulation, row.GetProperty("payload_bytes").GetInt32())
                .ShouldBe(TimeSpan.FromMicroseconds(row.GetProperty("microseconds").GetDouble()), row.ToString());
        }
    }
}
