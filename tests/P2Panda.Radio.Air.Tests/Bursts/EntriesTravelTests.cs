using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Bursts;

public class EntriesTravelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    public void EveryVectorArrivesByteForByte(double loss)
    {
        var sender = new Station(1);
        var receiver = new Station(2);
        sender.Logs.Add(SampleEntries.FromVectors);
        var random = new Random(3);
        Send(sender.Writer.Write(BurstKind.Announcement, sender.Announcement, Station.Sf7), receiver).ShouldNotBeNull();
        var airBytes = 0;
        foreach (var burst in sender.Writer.WriteEntries(SampleEntries.FromVectors, Station.Sf7))
        {
            for (var frames = 0; receiver.Receiver.RankOf(burst.Key) != burst.Key.SourceSymbols; frames++)
            {
                frames.ShouldBeLessThan(255);
                var frame = burst.NextFrame();
                airBytes += frame.Length;
                if (random.NextDouble() >= loss)
                {
                    receiver.Hear(frame).Verdict.ShouldNotBe(FrameVerdict.Refused);
                }
            }
        }

        var raw = SampleEntries.FromVectors.Sum(entry => entry.EntryBytes.Length + entry.PayloadBytes!.Value.Length);
        output.WriteLine($"{SampleEntries.FromVectors.Count} entries, {raw} raw bytes, {airBytes} bytes on air");
        receiver.Logs.Count.ShouldBe(134);
        foreach (var entry in SampleEntries.FromVectors)
        {
            receiver.Logs.TryGetBytes(entry.Log, entry.SequenceNumber, out var bytes, out var payload).ShouldBeTrue();
            bytes.Span.SequenceEqual(entry.EntryBytes.Span).ShouldBeTrue();
            payload!.Value.Span.SequenceEqual(entry.PayloadBytes!.Value.Span).ShouldBeTrue();
        }
    }

    [Fact]
    public void OneEntryGoesAuthorSealedOrGatewaySealed()
    {
        var sender = new Station(1);
        var attributing = new Station(3, alwaysAttribute: true);
        var receiver = new Station(2);
        var log = SampleEntries.Log(SampleEntries.Key(1), 0, 2, index => $"line {index}");
        sender.Logs.Add(log);
        attributing.Logs.Add(log);

        var own = sender.Writer.WriteEntries([log[0]], Station.Sf7).ShouldHaveSingleItem();
        own.Kind.ShouldBe(BurstKind.AuthorEntry);
        var sealedOne = attributing.Writer.WriteEntries([log[0]], Station.Sf7).ShouldHaveSingleItem();
        sealedOne.Kind.ShouldBe(BurstKind.Entry);
        (sealedOne.PaddedBytes.Length - own.PaddedBytes.Length).ShouldBeInRange(60, 100);

        Send(own, receiver)!.Entries.ShouldHaveSingleItem().Id.ShouldBe(log[0].Id);
        attributing.Hear(own.NextFrame());
        Send(own, attributing).ShouldBeNull();
        attributing.Receiver.Refusals[RefusalReason.AttributionMissing].ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 4)]
    [InlineData(true, 1)]
    [InlineData(true, 4)]
    public void AnUrgentBurstSaysSoForAByteOrThree(bool attributed, int count)
    {
        var sender = new Station(1, alwaysAttribute: attributed);
        var same = new Station(1, alwaysAttribute: attributed);
        var receiver = new Station(2, alwaysAttribute: attributed);
        var log = SampleEntries.Log(SampleEntries.Key(1), 0, count, index => $"line {index}");
        sender.Logs.Add(log);
        same.Logs.Add(log);
        receiver.Keys.Add(sender.Key.PublicKey);

        var plain = same.Writer.WriteEntries(log, Station.Sf7).ShouldHaveSingleItem();
        var urgent = sender.Writer.WriteEntries(log, Station.Sf7, isUrgent: true).ShouldHaveSingleItem();
        (LengthOf(urgent) - LengthOf(plain)).ShouldBe(count > 1 ? 1 : attributed ? 2 : 3);
        var heard = Send(urgent, receiver).ShouldNotBeNull();
        heard.IsUrgent.ShouldBeTrue();
        heard.Entries.Select(entry => entry.Id).ShouldBe(log.Select(entry => entry.Id));
        heard.RefusedRecords.ShouldBeEmpty();

        // Whoever repeats it repeats the mark.
        var third = new Station(3, alwaysAttribute: attributed);
        third.Keys.Add(sender.Key.PublicKey);
        Send(receiver.Writer.Repeat(heard), third)!.IsUrgent.ShouldBeTrue();
        Send(plain, new Station(4))!.IsUrgent.ShouldBeFalse();
    }

    [Fact]
    public void AnUrgentEntryTooLongForABurstGoesAsAChainWithoutTheMark()
    {
        var sender = new Station(1);
        var receiver = new Station(2);
        receiver.Keys.Add(sender.Key.PublicKey);
        var random = new Random(5);
        var noise = new string([.. Enumerable.Range(0, 9_000).Select(_ => (char)random.Next(0x4E00, 0x9FFF))]);
        var log = SampleEntries.Log(SampleEntries.Key(1), 0, 1, _ => noise);
        sender.Logs.Add(log);
        var parts = sender.Writer.WriteEntries(log, Station.Sf7, isUrgent: true);
        parts.Count.ShouldBeGreaterThan(1);
        parts.ShouldAllBe(part => part.Kind == BurstKind.ChainPart);
        parts.Select(part => Send(part, receiver)!).ToList()[^1].Entries.ShouldHaveSingleItem().Id.ShouldBe(log[0].Id);
    }

    [Fact]
    public void ARecordWithoutContextWaitsForIt()
    {
        var sender = new Station(1);
        var receiver = new Station(2);
        var log = SampleEntries.Log(SampleEntries.Key(1), 5, 12, index => $"line {index}");
        sender.Logs.Add(log);
        receiver.Logs.Add(log.Take(3));
        foreach (var index in new[] { 11, 7, 4 })
        {
            Send(sender.Writer.WriteEntries([log[index]], Station.Sf7)[0], receiver).ShouldBeNull();
        }

        receiver.Receiver.PendingRecords.ShouldBe(3);
        Send(sender.Writer.WriteEntries([log[3]], Station.Sf7)[0], receiver)!.Entries
            .Select(entry => entry.SequenceNumber).ShouldBe([4UL, 5UL]);
        Send(sender.Writer.WriteEntries(log[5..7], Station.Sf7)[0], receiver)!.Entries
            .Select(entry => entry.SequenceNumber).ShouldBe([6UL, 7UL, 8UL]);

        receiver.Logs.Add(log[8..11]);
        receiver.Receiver.NoteStored(new EntryPosition(log[10].Log, 11)).ShouldHaveSingleItem().SequenceNumber.ShouldBe(12UL);
        receiver.Receiver.PendingRecords.ShouldBe(0);
    }

    [Fact]
    public void AnExplicitBacklinkNeedsNoPredecessor()
    {
        var sender = new Station(1);
        var receiver = new Station(2);
        var log = SampleEntries.Log(SampleEntries.Key(1), 5, 12, index => $"line {index}");
        sender.Logs.Add(log);
        foreach (var encode in new[]
        {
            new EncodeOptions { Encoding = EntryEncoding.Standalone },
            new EncodeOptions { IsShared = (_, _) => false },
        })
        {
            var entry = encode.Encoding == EntryEncoding.Standalone ? log[11] : log[10];
            Send(sender.Writer.WriteEntries([entry], Station.Sf7, encode)[0], receiver)!.Entries.ShouldHaveSingleItem().Id.ShouldBe(entry.Id);
        }
    }

    [Fact]
    public void LongEntriesGoAsAChain()
    {
        var sender = new Station(1);
        var receiver = new Station(2);
        var text = new string('x', 20_000);
        var log = SampleEntries.Log(SampleEntries.Key(1), 0, 1, _ => text);
        sender.Logs.Add(log);
        Send(sender.Writer.Write(BurstKind.Announcement, sender.Announcement, Station.Sf7), receiver).ShouldNotBeNull();
        var bursts = sender.Writer.WriteEntries(log, Station.Sf7 with { Probability = 0.5 }, new EncodeOptions { Compress = false });
        bursts.Count.ShouldBeGreaterThan(4);
        var arrived = bursts.Reverse().Select(burst => Send(burst, receiver)!).ToList();
        arrived[..^1].ShouldAllBe(burst => burst.Entries.Count == 0);
        arrived[^1].Entries.ShouldHaveSingleItem().Id.ShouldBe(log[0].Id);
    }

    [Fact]
    public void StrictFramesFitWhateverPlanWasAskedFor()
    {
        var strict = new Station(1, strict: true);
        strict.Logs.Add(SampleEntries.FromVectors);
        var bursts = strict.Writer.WriteEntries(SampleEntries.FromVectors, Station.Sf7 with { Loss = 0, Strict = false });
        bursts.Count.ShouldBeGreaterThan(1);
        bursts.ShouldAllBe(burst => burst.NextFrame().Length <= FrameFormat.MaxFrameLength);
        strict.Writer.Write(BurstKind.Want, new byte[400], Station.Sf7).NextFrame().Length.ShouldBeLessThanOrEqualTo(FrameFormat.MaxFrameLength);

        // A burst cut without room for signatures is repeated without them.
        var plain = new Station(3);
        plain.Logs.Add(SampleEntries.FromVectors);
        var wide = plain.Writer.WriteEntries([.. SampleEntries.FromVectors.Take(30)], Station.Sf7 with { Loss = 0 })
            .First(burst => burst.FrameLength > FrameFormat.MaxFrameLength - FrameFormat.StrictTrailerLength);
        var received = Send(wide, new Station(4))!;
        strict.Writer.Repeat(received).NextFrame().Length.ShouldBe(wide.FrameLength);
    }

    [Fact]
    public void ARelayRepeatsTheSameBurst()
    {
        var sender = new Station(1);
        var relay = new Station(2);
        var receiver = new Station(3);
        sender.Logs.Add(SampleEntries.FromVectors);
        var burst = sender.Writer.WriteEntries(SampleEntries.FromVectors.Take(8).ToList(), Station.Sf7)[0];
        var received = Send(burst, relay)!;
        var repeated = relay.Writer.Repeat(received);
        repeated.Key.ShouldBe(burst.Key);

        // Half of the symbols from each.
        for (var index = 0; index < burst.Key.SourceSymbols / 2; index++)
        {
            receiver.Hear(burst.NextFrame());
        }

        Send(repeated, receiver)!.Entries.Count.ShouldBe(8);
    }

    [Fact]
    public void SymbolIdsAreDrawnAtRandomAndNeverTwice()
    {
        var sender = new Station(1);
        sender.Logs.Add(SampleEntries.FromVectors);
        var burst = sender.Writer.WriteEntries(SampleEntries.FromVectors.Take(8).ToList(), Station.Sf7)[0];
        burst.MarkSpoken(7);
        var ids = Enumerable.Range(0, 254).Select(_ => burst.NextFrame()[FrameFormat.CodedHeaderLength - 1]).ToList();
        ids.Distinct().Count().ShouldBe(254);
        ids.ShouldNotContain((byte)7);
        ids.ShouldNotBe(ids.Order().ToList());
        ids.Max().ShouldBe((byte)254);
        ids.ShouldContain(burst.NextFrame()[FrameFormat.CodedHeaderLength - 1]);
    }

    [Fact]
    public void AFrameThatOnlyBearsTheTagIsToldFromOneOfTheBurst()
    {
        var sender = new Station(1);
        sender.Logs.Add(SampleEntries.FromVectors);
        var burst = sender.Writer.WriteEntries(SampleEntries.FromVectors.Take(8).ToList(), Station.Sf7)[0];
        var frame = burst.NextFrame();
        burst.Contains(frame).ShouldBeTrue();
        frame[^1] ^= 1;
        burst.Contains(frame).ShouldBeFalse();
        burst.Contains([]).ShouldBeFalse();
        burst.Contains(frame.AsSpan(0, frame.Length - 1)).ShouldBeFalse();
    }

    [Fact]
    public void WhatWeSaidOurselvesIsNotPutTogetherWhenItIsHeardAgain()
    {
        var station = new Station(1);
        station.Logs.Add(SampleEntries.FromVectors);
        var burst = station.Writer.WriteEntries(SampleEntries.FromVectors.Take(8).ToList(), Station.Sf7)[0];
        station.Receiver.NoteOwn(burst, TimeSpan.Zero);
        station.Hear(burst.NextFrame()).Verdict.ShouldBe(FrameVerdict.Redundant);
        station.Receiver.UnfinishedBursts.ShouldBe(0);
    }

    private static int LengthOf(OutgoingBurst burst) => burst.PaddedBytes.Length - (burst.PaddedBytes.Span[0] & 0x1F);

    private static ReceivedBurst? Send(OutgoingBurst burst, Station receiver)
    {
        for (var frames = 0; frames < 60; frames++)
        {
            if (receiver.Hear(burst.NextFrame()) is { Verdict: FrameVerdict.Completed } outcome)
            {
                return outcome.Burst;
            }
        }

        return null;
    }
}
