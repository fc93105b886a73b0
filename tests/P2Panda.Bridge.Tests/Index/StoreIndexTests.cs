using P2Panda.Bridge.Index;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Bridge.Tests.Index;

public sealed class StoreIndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task WhateverTheOrderOfArrivalNothingIsSentBeforeWhatItBuildsUpon(int seed)
    {
        using var ada = new AppAuthor(1);
        using var bob = new AppAuthor(2);
        var chat = ada.DefineSchema("chat");
        var document = ada.Create(chat, "one");
        var second = bob.Update(chat, document.Id, document.Id, "two");
        var third = ada.Update(chat, document.Id, second.Id, "three");
        bob.Update(chat, document.Id, third.Id, "four");
        ada.Delete(chat, document.Id, third.Id);
        var other = bob.Create(chat, "other");
        bob.Update(chat, other.Id, other.Id, "again");

        List<VerifiedEntry> all = [.. ada.Written, .. bob.Written];
        var shuffled = all.ToArray();
        new Random(seed).Shuffle(shuffled);
        await using var store = new MemoryLogStore(StoreBounds.Default, TimeProvider.System);
        using var index = new StoreIndex(store);
        foreach (var entry in shuffled)
        {
            await store.AppendAsync(entry);
            await index.RefreshAsync();
        }

        index.Known.ShouldContain(chat);
        var sent = await index.FindMissingAsync(index.Known, new LogHeights()).ToListAsync();

        sent.Select(entry => entry.Id).ShouldBe(all.Select(entry => entry.Id), ignoreOrder: true);
        var seen = new HashSet<EntryId>();
        foreach (var entry in sent)
        {
            var operation = Operation.Decode(entry.PayloadBytes!.Value).Operation!;
            (operation.Previous?.OperationIds ?? []).ShouldAllBe(id => seen.Contains(id));
            seen.Add(entry.Id);
        }

        sent.Select(entry => Operation.Decode(entry.PayloadBytes!.Value).Operation!.SchemaId).Take(2)
            .ShouldBe([SchemaId.SchemaFieldDefinition, SchemaId.SchemaDefinition]);
        foreach (var log in sent.GroupBy(entry => entry.Log))
        {
            log.Select(entry => entry.SequenceNumber).ShouldBe(Enumerable.Range(1, log.Count()).Select(position => (ulong)position));
        }

        var deleted = sent.FindIndex(entry => Operation.Decode(entry.PayloadBytes!.Value).Operation!.Action == OperationAction.Delete);
        deleted.ShouldBe(sent.Count - 1, "after a delete aquadoggo refuses what others wrote meanwhile");
    }

    [Fact]
    public async Task WhatBuildsUponSomethingMissingIsToldButNotSent()
    {
        using var ada = new AppAuthor(1);
        using var bob = new AppAuthor(2);
        var chat = ada.DefineSchema("chat");
        var document = ada.Create(chat, "one");
        var lost = ada.Update(chat, document.Id, document.Id, "lost");
        bob.Update(chat, document.Id, lost.Id, "two");
        await using var store = new MemoryLogStore(StoreBounds.Default, TimeProvider.System);
        using var index = new StoreIndex(store);
        await store.AppendAsync([.. ada.Written.Where(entry => entry.Id != lost.Id), .. bob.Written]);
        await index.RefreshAsync();

        (await index.DescribeAsync(SchemaIdSet.Of([chat]))).Count.ShouldBe(2);
        var sent = await index.FindMissingAsync(SchemaIdSet.Of([chat]), new LogHeights()).ToListAsync();
        sent.ShouldHaveSingleItem().Id.ShouldBe(document.Id);

        await store.AppendAsync(lost);
        await index.RefreshAsync();
        (await index.FindMissingAsync(SchemaIdSet.Of([chat]), new LogHeights()).ToListAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task ALogThatChangesItsSchemaIsSentUpToThere()
    {
        using var ada = new AppAuthor(1);
        var chat = ada.DefineSchema("chat");
        var venue = ada.DefineSchema("venue");
        var document = ada.Create(chat, "one");
        ada.Update(venue, document.Id, document.Id, "strange");
        await using var store = new MemoryLogStore(StoreBounds.Default, TimeProvider.System);
        using var index = new StoreIndex(store);
        await store.AppendAsync(ada.Written);
        await index.RefreshAsync();

        var sent = await index.FindMissingAsync(SchemaIdSet.Of([chat, venue]), new LogHeights()).ToListAsync();

        sent.ShouldHaveSingleItem().Id.ShouldBe(document.Id);
    }

    [Fact]
    public async Task ASchemaIsKnownWhenItsLastFieldHasCome()
    {
        using var ada = new AppAuthor(1);
        var chat = ada.DefineSchema("chat");
        await using var store = new MemoryLogStore(StoreBounds.Default, TimeProvider.System);
        using var index = new StoreIndex(store);
        await store.AppendAsync(ada.Written[1]);
        await index.RefreshAsync();
        index.Known.ShouldNotContain(chat);

        await store.AppendAsync(ada.Written[0]);
        await index.RefreshAsync();

        index.Known.ShouldContain(chat);
    }
}
