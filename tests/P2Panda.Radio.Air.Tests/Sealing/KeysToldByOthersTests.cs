using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;

namespace P2Panda.Radio.Air.Tests.Sealing;

/// <summary>Where gateways seal everything, a burst may come from beyond those whose announcements are heard; its key is then told by others.</summary>
public sealed class KeysToldByOthersTests
{
    private readonly Station _origin = new(1, alwaysAttribute: true);
    private readonly List<VerifiedEntry> _log = SampleEntries.Log(SampleEntries.Key(1), 0, 20, index => $"line {index}");

    public KeysToldByOthersTests() => _origin.Logs.Add(_log);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void ABurstWaitsForItsKeyAndIsBelievedWhenSomebodyTellsIt(int entries)
    {
        var station = new Station(2, alwaysAttribute: true);
        var outcome = Say(station, _log[..entries]);
        outcome.Reason.ShouldBe(RefusalReason.KeyUnknown);
        outcome.UnknownKey.ShouldBe(KeyId.Of(_origin.Key.PublicKey));

        station.Receiver.NoteKey(SampleEntries.Key(9).PublicKey, station.Now).ShouldBeEmpty();
        var burst = station.Receiver.NoteKey(_origin.Key.PublicKey, station.Now).ShouldHaveSingleItem();
        burst.Sender.ShouldBe(_origin.Key.PublicKey);
        burst.Entries.Select(entry => entry.Id).ShouldBe(_log[..entries].Select(entry => entry.Id));
        station.Logs.Add(burst.Entries);
        station.Receiver.UnfinishedBursts.ShouldBe(0);
        station.Receiver.KeyToTell(KeyId.Of(_origin.Key.PublicKey)).ShouldBe(_origin.Key.PublicKey);

        // From now on like any other, and what it says that is no entry too.
        Say(station, [_log[entries]]).Burst!.Entries.Count.ShouldBe(1);
        station.Receiver.NoteKey(_origin.Key.PublicKey, station.Now).ShouldBeEmpty();
    }

    [Fact]
    public void AKeyIsKnownOnlyWhenASealVerifiesWithIt()
    {
        var station = new Station(2, alwaysAttribute: true);
        station.Receiver.NoteKey(_origin.Key.PublicKey, station.Now).ShouldBeEmpty();
        station.Receiver.KeyToTell(KeyId.Of(_origin.Key.PublicKey)).ShouldBeNull();
        var forged = Forge.Sealed(_origin.Key, BurstKind.Entry, new byte[100], 1, 1);
        forged[^1] ^= 1;
        station.Hear(Forge.Frame(forged, 1, 0)).Reason.ShouldBe(RefusalReason.SealInvalid);
        station.Receiver.KeyToTell(KeyId.Of(_origin.Key.PublicKey)).ShouldBeNull();

        Say(station, _log[..1]).Burst!.Entries.Count.ShouldBe(1);
        station.Receiver.KeyToTell(KeyId.Of(_origin.Key.PublicKey)).ShouldBe(_origin.Key.PublicKey);

        // Many more keys told than are tried displace those told before, and nothing that is known.
        for (var number = 100; number < 400; number++)
        {
            station.Receiver.NoteKey(SampleEntries.Key(number).PublicKey, station.Now);
        }

        Say(station, _log[1..2]).Burst!.Entries.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(TrustPolicy.List)]
    [InlineData(TrustPolicy.FirstUse)]
    public void WhereKeysMustComeOtherwiseTheWordOfOthersIsNothing(TrustPolicy policy)
    {
        var station = new Station(2, policy, alwaysAttribute: true);
        Say(station, _log[..1]).Reason.ShouldBe(RefusalReason.KeyUnknown);
        station.Receiver.NoteKey(_origin.Key.PublicKey, station.Now).ShouldBeEmpty();
        Say(station, _log[..1]).Burst.ShouldBeNull();
        station.Keys.Add(_origin.Key.PublicKey);
        station.Receiver.KeyToTell(KeyId.Of(_origin.Key.PublicKey)).ShouldBeNull();
    }

    [Fact]
    public void WhoeverFloodsWithSealsOfNobodyDisplacesWhatWaitsAndNothingElse()
    {
        var station = new Station(2, alwaysAttribute: true);
        Say(station, _log[..1]);
        for (var number = 0; number < 50; number++)
        {
            station.Hear(Forge.Frame(Forge.Sealed(SampleEntries.Key(500 + number), BurstKind.Entry, new byte[60], 1, 1), 1, 0)).Burst.ShouldBeNull();
        }

        station.Receiver.NoteKey(_origin.Key.PublicKey, station.Now).ShouldBeEmpty();
        Say(station, _log[..1]).Burst!.Entries.Count.ShouldBe(1);
    }

    [Fact]
    public void WhatHasWaitedForTooLongIsAskedForInstead()
    {
        var station = new Station(2, alwaysAttribute: true);
        Say(station, _log[..1]);
        station.Now += SealsInQuestion.Lifetime;
        station.Receiver.NoteKey(_origin.Key.PublicKey, station.Now).ShouldBeEmpty();
    }

    private FrameOutcome Say(Station station, List<VerifiedEntry> entries)
    {
        var burst = _origin.Writer.WriteEntries(entries, Station.Sf7).ShouldHaveSingleItem();
        var outcome = station.Hear(burst.NextFrame());
        for (var symbol = 1; symbol < burst.Key.SourceSymbols; symbol++)
        {
            outcome = station.Hear(burst.NextFrame());
        }

        return outcome;
    }
}
