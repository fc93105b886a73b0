namespace Iot.Device.Sx127x.Tests;

/// <summary>Worked register values, from the datasheet's formulas and the errata note.</summary>
public class RegisterImageTests
{
    private static readonly Sx127xSettings Europe = new() { FrequencyHz = 868_100_000 };

    [Theory]
    [InlineData(433_175_000, 0x6C4B33)]
    [InlineData(434_000_000, 0x6C8000)]
    [InlineData(868_100_000, 0xD90666)]
    [InlineData(868_300_000, 0xD91333)]
    [InlineData(869_525_000, 0xD9619A)]
    [InlineData(903_900_000, 0xE1F99A)]
    [InlineData(906_875_000, 0xE2B800)]
    [InlineData(915_000_000, 0xE4C000)]
    public void FrequencyIsTheNearestStep(long hertz, int word) => RegisterImage.FrequencyWord(hertz).ShouldBe(word);

    [Theory]
    [InlineData(7, Bandwidth.Hz7812)]
    [InlineData(8, Bandwidth.Hz15625)]
    [InlineData(9, Bandwidth.Hz31250)]
    [InlineData(10, Bandwidth.Hz62500)]
    [InlineData(11, Bandwidth.Hz125000)]
    [InlineData(12, Bandwidth.Hz250000)]
    public void ASymbolOf16Point384MillisecondsIsOptimised(int spreadingFactor, Bandwidth bandwidth)
    {
        var settings = Europe with { SpreadingFactor = spreadingFactor, Bandwidth = bandwidth };
        settings.UsesLowDataRateOptimize.ShouldBeTrue();
        Image(settings)[Register.ModemConfig3].ShouldBe((byte)0x0C);
        (settings with { SpreadingFactor = spreadingFactor - 1, ImplicitHeaderLength = 5 }).UsesLowDataRateOptimize.ShouldBeFalse();
        Image(settings with { LowDataRateOptimize = LowDataRateOptimize.Off })[Register.ModemConfig3].ShouldBe((byte)0x04);
    }

    [Fact]
    public void LowDataRateOptimisationFollowsTheExactTest()
    {
        foreach (var bandwidth in Enum.GetValues<Bandwidth>())
        {
            for (var spreadingFactor = 6; spreadingFactor <= 12; spreadingFactor++)
            {
                var settings = Europe with { SpreadingFactor = spreadingFactor, Bandwidth = bandwidth };
                var expected = (1L << spreadingFactor) * 1000 > 16L * bandwidth.ToHertz();
                settings.UsesLowDataRateOptimize.ShouldBe(expected, $"SF{spreadingFactor}, {bandwidth}");
            }
        }
    }

    [Theory]
    [InlineData(PowerOutput.Rfo, -4, 0x00, 0x84, 0x2B)]
    [InlineData(PowerOutput.Rfo, -1, 0x03, 0x84, 0x2B)]
    [InlineData(PowerOutput.Rfo, 0, 0x70, 0x84, 0x2B)]
    [InlineData(PowerOutput.Rfo, 14, 0x7E, 0x84, 0x2B)]
    [InlineData(PowerOutput.Rfo, 15, 0x7F, 0x84, 0x2B)]
    [InlineData(PowerOutput.PaBoost, 2, 0x80, 0x84, 0x2B)]
    [InlineData(PowerOutput.PaBoost, 14, 0x8C, 0x84, 0x2B)]
    [InlineData(PowerOutput.PaBoost, 17, 0x8F, 0x84, 0x2B)]
    [InlineData(PowerOutput.PaBoost, 18, 0x8D, 0x87, 0x31)]
    [InlineData(PowerOutput.PaBoost, 20, 0x8F, 0x87, 0x31)]
    public void PowerAndOverCurrentGoTogether(PowerOutput output, int dbm, byte config, byte dac, byte ocp)
    {
        var image = Image(Europe with { PowerOutput = output, PowerDbm = dbm });
        image[Register.PaConfig].ShouldBe(config);
        image[Register.PaDac].ShouldBe(dac);
        image[Register.Ocp].ShouldBe(ocp);
    }

    [Theory]
    [InlineData(45, 0x20)]
    [InlineData(100, 0x2B)]
    [InlineData(120, 0x2F)]
    [InlineData(130, 0x30)]
    [InlineData(140, 0x31)]
    [InlineData(240, 0x3B)]
    public void OverCurrentTrim(int milliamperes, byte ocp) =>
        Image(Europe with { OverCurrentMilliamperes = milliamperes })[Register.Ocp].ShouldBe(ocp);

    [Theory]
    [InlineData(868_100_000, Bandwidth.Hz500000, 0x02, 0x64)]
    [InlineData(434_000_000, Bandwidth.Hz500000, 0x02, 0x7F)]
    [InlineData(868_100_000, Bandwidth.Hz250000, 0x03, null)]
    [InlineData(434_000_000, Bandwidth.Hz125000, 0x03, null)]
    [InlineData(780_000_000, Bandwidth.Hz500000, 0x03, null)]
    public void SensitivityAt500KilohertzIsErratum21(long hertz, Bandwidth bandwidth, byte first, int? second)
    {
        var image = Image(Europe with { FrequencyHz = hertz, Bandwidth = bandwidth });
        image[Register.HighBwOptimize1].ShouldBe(first);
        image.Values.TryGetValue((byte)Register.HighBwOptimize2, out var value).ShouldBe(second is not null);
        if (second is not null)
            value.ShouldBe((byte)second);
    }

    [Theory]
    [InlineData(Bandwidth.Hz7812, 0x43, 0x48, 7_810)]
    [InlineData(Bandwidth.Hz10416, 0x43, 0x44, 10_420)]
    [InlineData(Bandwidth.Hz15625, 0x43, 0x44, 15_620)]
    [InlineData(Bandwidth.Hz20833, 0x43, 0x44, 20_830)]
    [InlineData(Bandwidth.Hz31250, 0x43, 0x44, 31_250)]
    [InlineData(Bandwidth.Hz41666, 0x43, 0x44, 41_670)]
    [InlineData(Bandwidth.Hz62500, 0x43, 0x40, 0)]
    [InlineData(Bandwidth.Hz125000, 0x43, 0x40, 0)]
    [InlineData(Bandwidth.Hz250000, 0x43, 0x40, 0)]
    [InlineData(Bandwidth.Hz500000, 0xC3, null, 0)]
    public void SpuriousReceptionIsErratum23(Bandwidth bandwidth, byte detect, int? intermediate, long offset)
    {
        var image = Image(Europe with { Bandwidth = bandwidth });
        image[Register.DetectOptimize].ShouldBe(detect);
        image.Values.TryGetValue((byte)Register.IfFreq1, out var value).ShouldBe(intermediate is not null);
        if (intermediate is not null)
        {
            value.ShouldBe((byte)intermediate);
            image[Register.IfFreq2].ShouldBe((byte)0);
        }

        image.ReceiveFrequency.ShouldBe(RegisterImage.FrequencyWord(868_100_000 + offset));
        image.TransmitFrequency.ShouldBe(RegisterImage.FrequencyWord(868_100_000));
    }

    [Theory]
    [InlineData(6, 0x45, 0x0C)]
    [InlineData(7, 0x43, 0x0A)]
    [InlineData(12, 0x43, 0x0A)]
    public void SpreadingFactor6IsDetectedOtherwise(int spreadingFactor, byte detect, byte threshold)
    {
        var image = Image(Europe with { SpreadingFactor = spreadingFactor, ImplicitHeaderLength = 10 });
        image[Register.DetectOptimize].ShouldBe(detect);
        image[Register.DetectionThreshold].ShouldBe(threshold);
        image[Register.ModemConfig1].ShouldBe((byte)0x73);
        image[Register.PayloadLength].ShouldBe((byte)10);
    }

    [Theory]
    [InlineData(false, false, 0x27, 0x1D)]
    [InlineData(true, false, 0x26, 0x1D)]
    [InlineData(false, true, 0x67, 0x19)]
    [InlineData(true, true, 0x66, 0x19)]
    public void EachDirectionInvertsIqByItsOwnBit(bool transmit, bool receive, byte first, byte second)
    {
        var image = Image(Europe with { InvertIqTransmit = transmit, InvertIqReceive = receive });
        image[Register.InvertIq].ShouldBe(first);
        image[Register.InvertIq2].ShouldBe(second);
    }

    [Fact]
    public void TheSx1272HasItsOwnLayout()
    {
        var image = new RegisterImage(ChipFamily.Sx1272, Europe with
        {
            SpreadingFactor = 12,
            CodingRateDenominator = 8,
            PowerOutput = PowerOutput.Rfo,
            PowerDbm = -1,
            Tcxo = true,
        });
        // 125 kHz, 4/8, explicit header, CRC, low-data-rate optimisation.
        image[Register.ModemConfig1].ShouldBe((byte)0x23);
        image[Register.ModemConfig2].ShouldBe((byte)0xC4);
        image[Register.PaConfig].ShouldBe((byte)0);
        image[Register.PaDac1272].ShouldBe((byte)0x84);
        image[Register.PaRamp].ShouldBe((byte)0x19);
        image[Register.DetectOptimize].ShouldBe((byte)0x43);
        image[Register.Tcxo1272].ShouldBe((byte)0x19);
        // What the SX1276 keeps at these addresses is something else here, and stays untouched.
        foreach (var foreign in (Register[])[Register.ModemConfig3, Register.Tcxo, Register.PaDac, Register.IfFreq1, Register.HighBwOptimize1])
            image.Values.ContainsKey((byte)foreign).ShouldBeFalse();
    }

    private static RegisterImage Image(Sx127xSettings settings) => new(ChipFamily.Sx1276, settings);
}
