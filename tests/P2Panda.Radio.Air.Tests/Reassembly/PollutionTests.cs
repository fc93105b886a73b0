using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Reassembly;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Reassembly;

public class PollutionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void ForgedSymbolsDelayABurstAndDoNotStopIt(int k)
    {
        var worst = 0;
        var total = 0;
        const int Rounds = 20;
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random((k * 100) + round);
            var padded = Forge.Sealed(SampleEntries.Key(1), BurstKind.Want, new byte[200], k, 1);
            var station = new Station(1);
            station.Keys.Add(SampleEntries.Key(1).PublicKey);
            var ids = Enumerable.Range(0, 255).ToArray();
            random.Shuffle(ids);
            var honest = 0;
            for (var sent = 0; ; sent++)
            {
                sent.ShouldBeLessThan(40);
                var frame = Forge.Frame(padded, k, ids[sent]);
                var isForged = random.NextDouble() < 0.3;
                honest += isForged ? 0 : 1;
                if (isForged)
                {
                    random.NextBytes(frame.AsSpan(FrameFormat.CodedHeaderLength));
                }

                if (station.Hear(frame).Verdict == FrameVerdict.Completed)
                {
                    break;
                }
            }

            worst = Math.Max(worst, honest - k);
            total += honest - k;
        }

        output.WriteLine($"K = {k}, 30 % forged: {(double)total / Rounds:f2} further honest symbols on average, {worst} at worst");
        ((double)total / Rounds).ShouldBeLessThan(2);
    }

    [Fact]
    public void ErrorCorrectionFindsTheForgedAmongDifferentIds()
    {
        var random = new Random(4);
        for (var round = 0; round < 60; round++)
        {
            var k = random.Next(2, 17);
            var wrong = random.Next(1, 6);
            var padded = new byte[k * 20];
            random.NextBytes(padded);
            var ids = Enumerable.Range(0, 255).ToArray();
            random.Shuffle(ids);
            var heard = ids.Take(k + (2 * wrong)).Select((id, index) =>
            {
                var symbol = Forge.Frame(padded, k, id)[FrameFormat.CodedHeaderLength..];
                symbol[3] ^= index < wrong ? (byte)(index + 1) : (byte)0;
                return new HeardSymbol((byte)id, symbol);
            }).ToList();
            ErrorCorrection.TrustedOf(heard, k)!.Select(symbol => symbol.Id).ShouldBe(ids.Skip(wrong).Take(k + wrong).Select(id => (byte)id));
        }
    }

    [Fact]
    public void AFloodOfTagsDisplacesItself()
    {
        var bounds = new AssemblyBounds { MaxAssemblies = 8 };
        var station = new Station(1, bounds: bounds);
        station.Keys.Add(SampleEntries.Key(1).PublicKey);
        var padded = Forge.Sealed(SampleEntries.Key(1), BurstKind.Want, new byte[200], 6, 1);
        var random = new Random(3);
        for (var symbol = 0; symbol < 6; symbol++)
        {
            var outcome = station.Hear(Forge.Frame(padded, 6, symbol));
            outcome.Verdict.ShouldBe(symbol == 5 ? FrameVerdict.Completed : FrameVerdict.Progress);
            for (var forged = 0; symbol > 0 && forged < 50; forged++)
            {
                station.Hear(Forge.Frame(padded, 6, random.Next(255), new BurstTag((uint)random.Next())));
                station.Receiver.UnfinishedBursts.ShouldBeLessThanOrEqualTo(8);
            }
        }

        station.Receiver.Evictions.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void NobodyTakesATagsPlaces()
    {
        var station = new Station(1);
        station.Keys.Add(SampleEntries.Key(1).PublicKey);
        var padded = Forge.Sealed(SampleEntries.Key(1), BurstKind.Want, new byte[200], 4, 1);
        for (var k = 5; k < 20; k++)
        {
            station.Hear(Forge.Frame(new byte[k * 10], k, 1, BurstTag.Of(padded)));
        }

        station.Receiver.UnfinishedBursts.ShouldBe(new AssemblyBounds().MaxAssembliesPerTag);
        Forge.Frames(padded, 4, 9, 8, 7, 6).Select(frame => station.Hear(frame).Verdict).ToList()[^1].ShouldBe(FrameVerdict.Completed);
        station.Receiver.Refusals[RefusalReason.TagBound].ShouldBeGreaterThan(0);
    }

    [Fact]
    public void WhatIsSilentForTooLongIsForgotten()
    {
        var station = new Station(1);
        var padded = Forge.Sealed(SampleEntries.Key(1), BurstKind.Want, new byte[200], 4, 1);
        station.Hear(Forge.Frame(padded, 4, 1));
        station.Now += new AssemblyBounds().UnfinishedLifetime;
        station.Hear(Forge.Frame(padded, 4, 2)).Rank.ShouldBe(1);
    }
}
