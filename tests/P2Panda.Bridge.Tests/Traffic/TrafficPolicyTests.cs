using System.Collections.Frozen;
using P2Panda.Bridge.Index;
using P2Panda.Bridge.Links;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Bridge.Traffic;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Bridge.Tests.Traffic;

public sealed class TrafficPolicyTests : IAsyncDisposable
{
    private readonly MemoryLogStore _store = new(StoreBounds.Default, TimeProvider.System);
    private readonly StoreIndex _index;
    private readonly AppAuthor _ada = new(1);
    private readonly AppAuthor _bob = new(2);
    private readonly TestClock _clock = new();

    public TrafficPolicyTests() => _index = new StoreIndex(_store);

    public async ValueTask DisposeAsync()
    {
        _index.Dispose();
        _ada.Dispose();
        _bob.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task BySchemaAuthorDocumentSizeAndAge()
    {
        var chat = _ada.DefineSchema("chat");
        var venue = _ada.DefineSchema("venue");
        var line = await StoreAsync(_ada.Create(chat, "hello"));
        var place = await StoreAsync(_ada.Create(venue, "here"));
        var answer = await StoreAsync(_bob.Update(chat, line.Id, line.Id, "hi"));
        var large = await StoreAsync(_bob.Create(chat, new string('x', 16 * 1024)));
        await _index.RefreshAsync();

        Judge(new TrafficRules(), line).ShouldBe(TrafficRefusal.None);
        Judge(new TrafficRules(), large).ShouldBe(TrafficRefusal.TooLarge);
        Judge(new TrafficRules { MaxAirBytes = 20_000 }, large).ShouldBe(TrafficRefusal.None);
        Judge(new TrafficRules { AirSchemas = [chat] }, line).ShouldBe(TrafficRefusal.None);
        Judge(new TrafficRules { AirSchemas = [chat] }, place).ShouldBe(TrafficRefusal.SchemaNotAllowed);
        Judge(new TrafficRules { AirAuthors = [_ada.Key] }, answer).ShouldBe(TrafficRefusal.AuthorNotAllowed);
        Judge(new TrafficRules { BlockedAuthors = [_bob.Key] }, answer).ShouldBe(TrafficRefusal.AuthorBlocked);
        Judge(new TrafficRules { BlockedDocuments = [line.Id] }, answer).ShouldBe(TrafficRefusal.DocumentBlocked);
        Judge(new TrafficRules { BlockedDocuments = [line.Id] }, large).ShouldBe(TrafficRefusal.TooLarge);
        Judge(new TrafficRules { MaxAirAge = TimeSpan.FromHours(1) }, line).ShouldBe(TrafficRefusal.None);
        _clock.Now += TimeSpan.FromHours(2);
        Judge(new TrafficRules { MaxAirAge = TimeSpan.FromHours(1) }, line).ShouldBe(TrafficRefusal.TooOld);
    }

    [Fact]
    public async Task DefinitionsGoFirstThenWhatTheRulesPrefer()
    {
        var chat = _ada.DefineSchema("chat");
        var venue = _ada.DefineSchema("venue");
        var policy = Policy(new TrafficRules { FirstSchemas = [venue] });
        var definition = await StoreAsync(_ada.Written[0]);
        var line = await StoreAsync(_ada.Create(chat, "hello"));
        var place = await StoreAsync(_ada.Create(venue, "here"));

        new[] { definition, place, line }.Select(entry => policy.JudgeForAir(entry).Priority).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task WhatIsRefusedIsSeenWithItsReasonUntilItMayCross()
    {
        var chat = _ada.DefineSchema("chat");
        var large = await StoreAsync(_ada.Create(chat, new string('x', 16 * 1024)));
        var policy = Policy(new TrafficRules());
        var changed = 0;
        policy.Changed += () => changed++;

        policy.JudgeForAir(large).IsAdmitted.ShouldBeFalse();
        policy.JudgeForAir(large);

        policy.Quarantine.Count(TrafficDirection.ToAir, TrafficRefusal.TooLarge).ShouldBe(1);
        var seen = policy.Quarantine.Latest().ShouldHaveSingleItem();
        (seen.Id, seen.Schema, seen.Reason, seen.Direction).ShouldBe((large.Id, chat, TrafficRefusal.TooLarge, TrafficDirection.ToAir));
        seen.Bytes.ShouldBeGreaterThan(16 * 1024);

        policy.Change(new TrafficRules { MaxAirBytes = 100_000 });
        changed.ShouldBe(1);
        policy.JudgeForAir(large).IsAdmitted.ShouldBeTrue();
        policy.Quarantine.Latest().ShouldBeEmpty();
    }

    [Fact]
    public async Task TheQuarantineIsBounded()
    {
        var chat = _ada.DefineSchema("chat");
        var policy = Policy(new TrafficRules { AirSchemas = FrozenSet<SchemaId>.Empty });
        for (var i = 0; i < 3000; i++)
        {
            policy.JudgeForAir(await StoreAsync(_ada.Create(chat, $"{i}")));
        }

        policy.Quarantine.Latest().Count.ShouldBe(Quarantine.MaxEntries);
        policy.Quarantine.Count(TrafficDirection.ToAir, TrafficRefusal.SchemaNotAllowed).ShouldBe(3000);
    }

    [Fact]
    public async Task ABlockedAuthorIsNotTakenFromPeersAndCanBeLater()
    {
        var network = new MemoryNetwork();
        var chat = _ada.DefineSchema("chat");
        _bob.Create(chat, "spam");
        var policy = Policy(new TrafficRules { BlockedAuthors = [_bob.Key] });
        await using var left = await BridgeNode.StartAsync("/memory/0", network);
        await using var right = await BridgeNode.StartAsync("/memory/0", network, gate: policy);
        await left.PublishAsync([.. _ada.Written, .. _bob.Written]);
        await left.Host.ConnectAsync(right.Address);

        await Eventually.BeTrueAsync(() => right.Service.Counters.Received(IntakeVerdict.Refused) > 0, "the refusal");
        right.Store.EntryCount.ShouldBe(2);
        policy.Quarantine.Latest().ShouldHaveSingleItem().Reason.ShouldBe(TrafficRefusal.AuthorBlocked);

        policy.Change(new TrafficRules());
        await Eventually.BeTrueAsync(() => right.Store.EntryCount == 3, "the author's entry with the next session");
        (await right.Store.ReadChangesAsync(0, 10)).Changes.ShouldAllBe(change => change.Entry.Origin == EntryOrigin.Internet);
    }

    private TrafficPolicy Policy(TrafficRules rules) => new(rules, _index, _clock);

    private TrafficRefusal Judge(TrafficRules rules, StoredEntry entry)
    {
        var policy = Policy(rules);
        policy.JudgeForAir(entry);
        return policy.Quarantine.Latest().SingleOrDefault()?.Reason ?? TrafficRefusal.None;
    }

    private async Task<StoredEntry> StoreAsync(VerifiedEntry entry)
    {
        await _store.AppendAsync([entry], EntryOrigin.Internet);
        return (await _store.ReadAsync(entry.Log, entry.SequenceNumber)).ShouldNotBeNull();
    }

    private sealed class TestClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
