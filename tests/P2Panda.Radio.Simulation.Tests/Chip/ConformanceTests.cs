using System.Device.Gpio;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Time;

namespace P2Panda.Radio.Simulation.Tests.Chip;

/// <summary>What a chip does at its pins; nothing here looks inside the model, so the same list can be run on a bench.</summary>
public sealed class ConformanceTests : IDisposable
{
    private readonly VirtualTimeProvider _time;
    private readonly RawChip _a;
    private readonly RawChip _b;

    public ConformanceTests() => (_time, _a, _b) = RawChip.Pair();

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    [Theory]
    [InlineData(0x01, 0x09)]
    [InlineData(0x06, 0x6C)]
    [InlineData(0x07, 0x80)]
    [InlineData(0x09, 0x4F)]
    [InlineData(0x0B, 0x2B)]
    [InlineData(0x0C, 0x20)]
    [InlineData(0x24, 0x05)]
    [InlineData(0x3B, 0x82)]
    [InlineData(0x42, 0x12)]
    [InlineData(0x4B, 0x09)]
    [InlineData(0x4D, 0x84)]
    public void AfterResetInFsk(byte address, byte value) => _a.Read(address).ShouldBe(value);

    [Theory]
    [InlineData(0x0E, 0x80)]
    [InlineData(0x0F, 0x00)]
    [InlineData(0x1D, 0x72)]
    [InlineData(0x1E, 0x70)]
    [InlineData(0x1F, 0x64)]
    [InlineData(0x21, 0x08)]
    [InlineData(0x22, 0x01)]
    [InlineData(0x23, 0xFF)]
    [InlineData(0x26, 0x04)]
    [InlineData(0x31, 0xC3)]
    [InlineData(0x33, 0x27)]
    [InlineData(0x37, 0x0A)]
    [InlineData(0x39, 0x12)]
    [InlineData(0x3B, 0x1D)]
    public void AfterResetInLora(byte address, byte value)
    {
        _a.Write(0x01, 0x80);
        _a.Read(address).ShouldBe(value);
    }

    [Fact]
    public void TheModemChangesOnlyInSleep()
    {
        _a.Write(0x01, 0x81);
        _a.Read(0x01).ShouldBe((byte)0x01, "from FSK standby to LoRa standby");
        _a.Write(0x01, 0x80);
        _a.Read(0x01).ShouldBe((byte)0x80, "a single write that enters sleep");
        _a.Write(0x01, 0x81);
        _a.Write(0x01, 0x01);
        _a.Read(0x01).ShouldBe((byte)0x81, "from LoRa standby to FSK standby");
        _a.Write(0x01, 0x00);
        ((byte)(_a.Read(0x01) & 0x87)).ShouldBe((byte)0x00);
        _a.Write(0x01, 0x08);
        _a.Write(0x01, 0x88);
        _a.Read(0x01).ShouldBe((byte)0x80, "the low-frequency bit belongs to the other modem");
    }

    [Fact]
    public void TheFskPageIsBehindTheSharedBit()
    {
        _a.ToLora();
        _a.Write(0x01, 0xC1);
        _a.Read(0x3B).ShouldBe((byte)0x82);
        _a.Write(0x1D, 0x55);
        _a.Write(0x01, 0x81);
        _a.Read(0x1D).ShouldBe((byte)0x72);
    }

    [Fact]
    public void ABurstRunsThroughAddressesAndStaysAtTheFifo()
    {
        _a.ToLora();
        _a.Write(0x06, 0xD9, 0x06, 0x66);
        _a.Read(0x06, 3).ShouldBe([0xD9, 0x06, 0x66]);
        _a.Write(0x0D, 0);
        _a.Write(0x00, 1, 2, 3);
        _a.Read(0x0D).ShouldBe((byte)3);
        _a.Write(0x0D, 0);
        _a.Read(0x00, 3).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void AWriteShiftsOutWhatWasThere()
    {
        _a.ToLora();
        _a.Write(0x39, 0x34).ShouldBe((byte)0x12);
        _a.Write(0x39, 0x12).ShouldBe((byte)0x34);
    }

    [Fact]
    public void EmptyAndOneByteFramesAreHarmless()
    {
        var before = _a.Read(0x01, 0x3F);
        _a.Model.Spi.Write([]);
        _a.Model.Spi.Write([0x81]);
        _a.Model.Spi.Write([0x01]);
        _a.Read(0x01, 0x3F).ShouldBe(before);
    }

    [Fact]
    public void TheFifoPointerWraps()
    {
        _a.ToLora();
        _a.Write(0x0D, 250);
        _a.Write(0x00, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        _a.Read(0x0D).ShouldBe((byte)4);
        _a.Write(0x0D, 254);
        _a.Read(0x00, 4).ShouldBe([4, 5, 6, 7]);
    }

    [Fact]
    public void SleepWipesTheFifoAndCloses()
    {
        _a.ToLora();
        _a.Write(0x0D, 0);
        _a.Write(0x00, 1, 2, 3);
        _a.Write(0x01, 0x80);
        _a.Write(0x00, 9);
        _a.Write(0x01, 0x81);
        _a.Write(0x0D, 0);
        _a.Read(0x00, 3).ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void SendingEndsInStandbyWithTxDone()
    {
        _a.ToLora();
        _a.Write(0x40, 0x40);
        _a.Send(1, 2, 3);
        _a.Read(0x01).ShouldBe((byte)0x83);
        _a.Line(0).ShouldBeFalse();
        Milliseconds(100);
        _a.Read(0x01).ShouldBe((byte)0x81);
        _a.Read(0x12).ShouldBe(RawChip.TxDone);
        _a.Line(0).ShouldBeTrue();
        _a.Write(0x12, 0xFF);
        _a.Line(0).ShouldBeFalse();
    }

    [Fact]
    public void ReceivingBringsBytesAndReports()
    {
        Listen();
        _a.ToLora().Send(10, 20, 30);
        Milliseconds(100);
        _b.Line(0).ShouldBeTrue();
        // ValidHeader comes before RxDone and stays.
        _b.Read(0x12).ShouldBe((byte)0x50);
        _b.Packet().ShouldBe([10, 20, 30]);
        _b.Read(0x1C).ShouldBe((byte)0x40);
        _b.Read(0x14, 4).ShouldBe([0, 1, 0, 1]);
        _b.Read(0x25).ShouldBe((byte)2);
        _b.Read(0x01).ShouldBe((byte)0x85);
        _b.Write(0x01, 0x80);
        _b.Read(0x14, 4).ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void ContinuousReceptionNeverRewinds()
    {
        Listen();
        _a.ToLora();
        byte expected = 0;
        for (byte i = 0; i < 31; i++)
        {
            _a.Send(i, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            Milliseconds(100);
            _b.Read(0x10).ShouldBe(expected);
            _b.Packet()[0].ShouldBe(i);
            _b.Write(0x12, 0xFF);
            expected += 10;
        }

        // The 31st packet of ten bytes starts at 300 - 256.
        _b.Read(0x10).ShouldBe((byte)44);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(100)]
    [InlineData(1023)]
    public void SingleReceptionTimesOutAfterItsSymbols(int symbols)
    {
        _b.ToLora();
        _b.Write(0x1E, (byte)(0x74 | (symbols >> 8)));
        _b.Write(0x1F, (byte)symbols);
        _b.Write(0x01, 0x86);
        _time.RunFor(TimeSpan.FromMicroseconds(1024 * symbols - 1));
        _b.Read(0x01).ShouldBe((byte)0x86);
        _time.RunFor(TimeSpan.FromMicroseconds(1));
        _b.Read(0x01).ShouldBe((byte)0x81);
        _b.Read(0x12).ShouldBe((byte)0x80);
        _b.Line(1).ShouldBeTrue();
    }

    [Fact]
    public void APacketThatIsComingInHoldsTheTimeOutOff()
    {
        _b.ToLora();
        _b.Write(0x1F, 10);
        _b.Write(0x01, 0x86);
        Milliseconds(5);
        _a.ToLora().Send(1, 2, 3, 4, 5);
        Milliseconds(200);
        _b.Read(0x12).ShouldBe((byte)0x50);
        _b.Read(0x01).ShouldBe((byte)0x81);
        _b.Packet().ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public void LosingThePacketInTheMiddleEndsSingleReception()
    {
        _b.ToLora();
        _b.Write(0x1F, 100);
        _b.Write(0x01, 0x86);
        _a.ToLora().Send(new byte[100]);
        Milliseconds(60);
        _a.Write(0x01, 0x81);
        Milliseconds(200);
        (_b.Read(0x12) & 0xC0).ShouldBe(0x80);
        _b.Read(0x01).ShouldBe((byte)0x81);
    }

    [Fact]
    public void AStaleFlagMakesNoNewEdge()
    {
        var edges = 0;
        _b.Gpio.RegisterCallbackForPinValueChangedEvent(_b.Model.Pins.Dio0, PinEventTypes.Rising, (_, _) => edges++);
        Listen();
        _a.ToLora();
        for (var i = 0; i < 31; i++)
        {
            _a.Send(1, 2, 3);
            Milliseconds(100);
        }

        edges.ShouldBe(1);
        _b.Write(0x01, 0x81);
        _b.Write(0x01, 0x85);
        _b.Read(0x12).ShouldBe((byte)0x50, "no change of mode clears a flag");
        _b.Line(0).ShouldBeTrue();
        _b.Write(0x12, 0xFF);
        _a.Send(1, 2, 3);
        Milliseconds(100);
        edges.ShouldBe(2);
    }

    [Fact]
    public void OfTwoPacketsBeforeServiceTheLastIsReported()
    {
        Listen();
        _a.ToLora().Send(1, 1, 1);
        Milliseconds(100);
        _a.Send(2, 2);
        Milliseconds(100);
        _b.Read(0x13).ShouldBe((byte)2);
        _b.Packet().ShouldBe([2, 2]);
        _b.Write(0x0D, 0);
        _b.Read(0x00, 3).ShouldBe([1, 1, 1], "the first is still there");
    }

    [Fact]
    public void OnlyWhatIsWrittenOneIsCleared()
    {
        Listen();
        _a.ToLora().Send(1);
        Milliseconds(100);
        _b.Write(0x12, 0x00);
        _b.Read(0x12).ShouldBe((byte)0x50);
        _b.Write(0x12, 0x10);
        _b.Read(0x12).ShouldBe((byte)0x40);
    }

    [Fact]
    public void AMaskedFlagIsNeverSet()
    {
        Listen();
        _b.Write(0x11, 0x40);
        _a.ToLora().Send(1);
        Milliseconds(100);
        _b.Read(0x12).ShouldBe((byte)0x10);
        _b.Write(0x11, 0x00);
        _b.Read(0x12).ShouldBe((byte)0x10);
    }

    [Fact]
    public void LinesFollowTheMappingAtOnce()
    {
        Listen();
        _a.ToLora().Send(1);
        Milliseconds(100);
        _b.Line(0).ShouldBeTrue();
        _b.Line(3).ShouldBeFalse();
        _b.Write(0x40, 0x41);
        _b.Line(0).ShouldBeFalse();
        _b.Line(3).ShouldBeTrue("ValidHeader");
        _b.Write(0x12, 0x10);
        _b.Line(3).ShouldBeFalse();
        _b.Line(5).ShouldBeTrue("ModeReady");
    }

    [Fact]
    public void AWrongCrcIsFlagged()
    {
        Listen();
        // Both use no low-data-rate optimisation but B thinks so: the payload decodes to rubbish.
        _b.Write(0x01, 0x81);
        _b.Write(0x26, 0x0C);
        _b.Write(0x01, 0x85);
        _a.ToLora().Send(1, 2, 3);
        Milliseconds(100);
        _b.Read(0x12).ShouldBe((byte)0x70);
        _b.Packet().ShouldNotBe([1, 2, 3]);
        _b.Read(0x14, 4).ShouldBe([0, 1, 0, 0]);
    }

    [Fact]
    public void AHeaderThatAnnouncesTooMuchIsDropped()
    {
        Listen();
        _b.Write(0x01, 0x81);
        _b.Write(0x23, 10);
        _b.Write(0x01, 0x85);
        _a.ToLora().Send(new byte[11]);
        Milliseconds(200);
        _b.Read(0x12).ShouldBe((byte)0);
        _a.Send(new byte[10]);
        Milliseconds(200);
        _b.Read(0x13).ShouldBe((byte)10);
    }

    [Theory]
    [InlineData(0x1E, 0x84)]
    [InlineData(0x1D, 0x82)]
    [InlineData(0x1D, 0x73)]
    [InlineData(0x33, 0x67)]
    [InlineData(0x39, 0x34)]
    public void ADifferentModemHearsNothing(byte address, byte value)
    {
        Listen();
        _b.Write(0x01, 0x81);
        _b.Write(address, value);
        _b.Write(0x01, 0x85);
        _a.ToLora().Send(1, 2, 3);
        Milliseconds(200);
        _b.Read(0x12).ShouldBe((byte)0);
    }

    [Fact]
    public void EachDirectionLooksAtItsOwnIqBit()
    {
        Listen();
        _b.Write(0x01, 0x81);
        _b.Write(0x33, 0x67);
        _b.Write(0x01, 0x85);
        _a.ToLora();
        _a.Write(0x33, 0x26);
        _a.Send(1, 2, 3);
        Milliseconds(200);
        _b.Packet().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void ActivityDetectionOnAnIdleChannel()
    {
        _b.ToLora();
        _b.Write(0x40, 0xA0);
        _b.Write(0x01, 0x87);
        Milliseconds(5);
        _b.Read(0x12).ShouldBe((byte)0x04);
        _b.Read(0x01).ShouldBe((byte)0x81);
        _b.Line(0).ShouldBeTrue();
        _b.Line(1).ShouldBeFalse();
    }

    [Fact]
    public void ActivityDetectionSeesAPreambleAndNotAPayload()
    {
        _b.ToLora();
        _b.Write(0x40, 0xA0);
        _a.ToLora().Send(new byte[50]);
        Milliseconds(2);
        _b.Write(0x01, 0x87);
        Milliseconds(5);
        _b.Read(0x12).ShouldBe((byte)0x05);
        _b.Line(1).ShouldBeTrue();
        _b.Write(0x12, 0xFF);
        Milliseconds(20);
        _b.Write(0x01, 0x87);
        Milliseconds(5);
        _b.Read(0x12).ShouldBe((byte)0x04);
    }

    [Fact]
    public void CadDoneCanBeOnDio3()
    {
        _b.ToLora();
        _b.Write(0x40, 0x00);
        _b.Write(0x01, 0x87);
        Milliseconds(5);
        _b.Line(3).ShouldBeTrue();
        _b.Line(0).ShouldBeFalse();
    }

    [Fact]
    public void ResetEndsEverything()
    {
        Listen();
        _a.ToLora().Send(new byte[100]);
        Milliseconds(50);
        _a.PulseReset(_time);
        _a.Read(0x42).ShouldBe((byte)0, "not ready yet");
        Milliseconds(5);
        _a.Read(0x42).ShouldBe((byte)0x12);
        _a.Read(0x01).ShouldBe((byte)0x09);
        Milliseconds(500);
        (_b.Read(0x12) & RawChip.RxDone).ShouldBe(0, "half a frame");
        _a.ToLora().Read(0x12).ShouldBe((byte)0);
    }

    [Fact]
    public void ReadOnlyRegistersIgnoreWrites()
    {
        _a.ToLora();
        foreach (var address in (byte[])[0x10, 0x13, 0x19, 0x25, 0x28, 0x42])
        {
            var before = _a.Read(address);
            _a.Write(address, 0x5A);
            _a.Read(address).ShouldBe(before, $"{address:X2}");
        }
    }

    [Fact]
    public void ImageCalibrationRunsTenMilliseconds()
    {
        _a.Write(0x3B, 0xC2);
        _a.Read(0x3B).ShouldBe((byte)0xA2);
        Milliseconds(10);
        _a.Read(0x3B).ShouldBe((byte)0x82);
    }

    [Fact]
    public void WideBandRssiIsNoise()
    {
        Listen();
        var ones = Enumerable.Range(0, 1000).Count(_ => (_b.Read(0x2C) & 1) != 0);
        ones.ShouldBeInRange(400, 600);
    }

    [Fact]
    public void SpreadingFactor6IsImplicit()
    {
        foreach (var chip in (RawChip[])[_a, _b])
        {
            chip.ToLora();
            chip.Write(0x1D, 0x73);
            chip.Write(0x1E, 0x64);
            chip.Write(0x31, 0x45);
            chip.Write(0x37, 0x0C);
            chip.Write(0x22, 5);
        }

        _b.Write(0x01, 0x85);
        _a.Send(1, 2, 3, 4, 5);
        Milliseconds(100);
        _b.Read(0x12).ShouldBe(RawChip.RxDone, "there is no header to be valid");
        _b.Read(0x1C).ShouldBe((byte)0x40);
        _b.Packet().ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public void AnyModeWriteEndsATransmission()
    {
        _a.ToLora().Send(new byte[100]);
        Milliseconds(10);
        _a.Write(0x01, 0x81);
        Milliseconds(500);
        _a.Read(0x12).ShouldBe((byte)0);
    }

    [Fact]
    public void TheSameModeAgainChangesNothing()
    {
        _a.ToLora().Send(new byte[100]);
        Milliseconds(10);
        _a.Write(0x01, 0x83);
        Milliseconds(166);
        _a.Read(0x12).ShouldBe(RawChip.TxDone);
    }

    [Fact]
    public void TheFrequencyIsTakenOverWithItsLastByte()
    {
        Listen();
        _a.ToLora();
        _a.Write(0x06, 0xD9, 0x06);
        _a.Send(1);
        Milliseconds(100);
        _b.Packet().ShouldBe([1], "434 MHz still");
        _b.Write(0x12, 0xFF);
        _a.Write(0x08, 0x66);
        _a.Send(2);
        Milliseconds(100);
        _b.Read(0x12).ShouldBe((byte)0);
    }

    [Fact]
    public void ViolationsAreRecorded()
    {
        _a.ToLora();
        _a.Write(0x42, 0);
        _a.Write(0x13, 0);
        _a.Write(0x22, 0);
        _a.Write(0x01, 0x83);
        _a.Write(0x01, 0x80);
        _a.Read(0x00);
        _a.Model.Violations.Count.ShouldBe(4);
        _a.Model.Violations.ShouldAllBe(violation => !violation.IsErratum);
        for (var i = 0; i < 2000; i++)
            _a.Write(0x42, 0);
        _a.Model.Violations.Count.ShouldBe(1000);
    }

    [Fact]
    public void ErrataAreNoted()
    {
        _b.ToLora();
        _b.Write(0x31, 0xC3);
        _b.Write(0x01, 0x85);
        _b.Write(0x01, 0x81);
        _b.Write(0x1D, 0x92);
        _b.Write(0x01, 0x85);
        _b.Model.Violations.Count(violation => violation.IsErratum).ShouldBe(2);
    }

    private void Listen()
    {
        _b.ToLora();
        _b.Write(0x01, 0x85);
    }

    private void Milliseconds(double milliseconds) => _time.RunFor(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(ChipVariant.Sx1276)]
    [InlineData(ChipVariant.Sx1272)]
    public void NoiseOnTheBusNeverBreaksTheChip(ChipVariant variant)
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (time, a, b) = RawChip.Pair(new ChipOptions { Variant = variant }, new ChipOptions { Variant = variant });
            using (a)
            using (b)
            {
                if (round % 2 == 0)
                    a.ToLora();
                b.ToLora();
                for (var transfer = 0; transfer < 200; transfer++)
                {
                    var mosi = new byte[random.Next(0, 12)];
                    random.NextBytes(mosi);
                    // Mode changes are rare among random addresses and are what everything hangs on.
                    if (mosi.Length > 1 && random.Next(4) == 0)
                        (mosi[0], mosi[1]) = (0x81, (byte)(0x80 | random.Next(8)));
                    (random.Next(3) == 0 ? b : a).Model.Spi.TransferFullDuplex(mosi, new byte[mosi.Length]);
                    a.Read((byte)random.Next(0x80), 4);
                    time.RunFor(TimeSpan.FromMilliseconds(random.Next(20)));
                }

                a.PulseReset(time, activeHigh: variant == ChipVariant.Sx1272);
                time.RunFor(TimeSpan.FromMilliseconds(5));
                a.Read(0x42).ShouldBe((byte)(variant == ChipVariant.Sx1272 ? 0x22 : 0x12));
            }
        }
    }
}
