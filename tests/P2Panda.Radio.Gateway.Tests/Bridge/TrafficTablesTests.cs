using P2Panda.Bridge.Index;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Bridge.Traffic;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using P2Panda.Store;
using P2Panda.Store.Sqlite;
using P2Panda.Store.Tests.Postgres;

namespace P2Panda.Radio.Gateway.Tests.Bridge;

/// <summary>Rules and quarantine outlive a restart, in both databases.</summary>
public sealed class TrafficTablesTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("p2panda-traffic-");
    private readonly PeerId _peer = P2Panda.Libp2p.KeyPair.Generate().PeerId;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task TheQuarantineOutlivesARestart(string database)
    {
        var location = database == "postgres" ? $"{server.ConnectionString};Search Path={server.NextSchema()}" : Path.Combine(_folder.FullName, "logs.db");
        using var ada = new AppAuthor(1);
        using var bob = new AppAuthor(2);
        var chat = ada.DefineSchema("chat");
        var (spam, huge) = (bob.Create(chat, "spam"), bob.Create(chat, new string('x', Quarantine.MaxContent)));
        await using (var store = await StoreLocation.Parse(location).OpenAsync("one"))
        {
            var tables = new TrafficTables((IStoreTables)store, "one");
            await tables.EnsureAsync();
            await tables.EnsureAsync();
            var policy = Policy(store, new TrafficRules { BlockedAuthors = [bob.Key] });
            policy.Admits(spam, Operation.Decode(spam.PayloadBytes!.Value).Operation!, _peer).ShouldBeFalse();
            policy.Admits(huge, Operation.Decode(huge.PayloadBytes!.Value).Operation!, _peer).ShouldBeFalse();
            policy.Admits(ada.Written[0], Operation.Decode(ada.Written[0].PayloadBytes!.Value).Operation!, _peer).ShouldBeTrue();
            await tables.WriteAsync(policy.Quarantine);
            policy.Release(spam.Id).ShouldHaveSingleItem();
            await tables.WriteAsync(policy.Quarantine);
            await tables.WriteRulesAsync("{\"a\": 1}");
            await tables.WriteRulesAsync("{\"a\": 2}");
        }

        await using (var store = await StoreLocation.Parse(location).OpenAsync("one"))
        {
            var tables = new TrafficTables((IStoreTables)store, "one");
            await tables.EnsureAsync();
            (await tables.ReadRulesAsync()).ShouldBe("{\"a\": 2}");
            var policy = Policy(store, new TrafficRules { BlockedAuthors = [bob.Key] });
            policy.Quarantine.Load(await tables.ReadQuarantineAsync());
            var seen = policy.Quarantine.Latest().ToDictionary(entry => entry.Id);
            seen.Keys.ShouldBe([spam.Id, huge.Id], ignoreOrder: true);
            seen[spam.Id].IsReleased.ShouldBeTrue();
            seen[spam.Id].Content!.Value.Entry.ToArray().ShouldBe(spam.EntryBytes.ToArray());
            seen[spam.Id].Content!.Value.Operation.ToArray().ShouldBe(spam.PayloadBytes!.Value.ToArray());
            (seen[huge.Id].Content, seen[huge.Id].Schema, seen[huge.Id].Log, seen[huge.Id].Reason, seen[huge.Id].IsReleased)
                .ShouldBe((null, chat, huge.Log, TrafficRefusal.AuthorBlocked, false));
            policy.Admits(spam, Operation.Decode(spam.PayloadBytes!.Value).Operation!, _peer).ShouldBeTrue("it was released");
            policy.Admits(huge, Operation.Decode(huge.PayloadBytes!.Value).Operation!, _peer).ShouldBeFalse();

            policy.Change(new TrafficRules());
            policy.Admits(huge, Operation.Decode(huge.PayloadBytes!.Value).Operation!, _peer).ShouldBeTrue();
            await tables.WriteAsync(policy.Quarantine);
            (await tables.ReadQuarantineAsync()).ShouldHaveSingleItem().Id.ShouldBe(spam.Id);
            await tables.WriteRulesAsync(null);
            (await tables.ReadRulesAsync()).ShouldBeNull();
            (await new TrafficTables((IStoreTables)store, "two").ReadQuarantineAsync()).ShouldBeEmpty("another gateway has its own");
        }
    }

    private static TrafficPolicy Policy(ILogStore store, TrafficRules rules) => new(rules, new StoreIndex(store), TimeProvider.System);
}
