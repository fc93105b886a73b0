using Npgsql;
using P2Panda.Core.Logs;
using P2Panda.Store.Postgres;

namespace P2Panda.Store.Tests.Postgres;

/// <summary>Several gateways on one database, and a database that goes away.</summary>
[Collection("PostgreSQL")]
public sealed class PostgresSharingTests(PostgresServer server) : IAsyncLifetime
{
    private readonly string _schema = server.NextSchema();
    private readonly List<PostgresLogStore> _opened = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_one_gateway_appends_the_other_sees_at_once()
    {
        var (here, there) = (await OpenAsync("a"), await OpenAsync("b"));
        var log = new TestLog();
        var heard = there.WaitForChangesAsync(0);

        // Nothing polls: without NOTIFY this would never end.
        await here.AppendAsync(log.Upto(3));
        await heard.WaitAsync(TimeSpan.FromSeconds(30));

        there.FindLog(log.Key).ShouldBe(new LogSummary(log.Key, 3, log[3].Id, 1, RetentionClass.Kept, IsForked: false));
        there.EntryCount.ShouldBe(3);
        (await there.ReadChangesAsync(0, 10)).Changes.Select(change => change.Entry.Id).ShouldBe(log.Upto(3).Select(entry => entry.Id));
        there.View.TryGetBytes(log.Key, 2, out var bytes, out _).ShouldBeTrue();
        bytes.ToArray().ShouldBe(log[2].EntryBytes.ToArray());
        (await there.AppendAsync(log[4])).ShouldBe(new AppendResult(AppendOutcome.Appended, 4));
    }

    [Fact]
    public async Task Both_may_hear_the_same_entries_and_each_is_stored_once()
    {
        var stores = new[] { await OpenAsync("a"), await OpenAsync("b"), await OpenAsync("c") };
        var logs = Enumerable.Range(0, 6).Select(i => new TestLog(i)).ToList();
        logs.ForEach(log => log.Upto(30));

        var results = await Task.WhenAll(stores.SelectMany(_ => logs, (store, log) => Task.Run(async () =>
        {
            var outcomes = new List<AppendResult>();
            foreach (var entry in log.Upto(30))
            {
                outcomes.Add(await store.AppendAsync(entry));
            }

            return outcomes;
        })));

        var changes = results.SelectMany(result => result).Where(result => result.Outcome == AppendOutcome.Appended)
            .Select(result => result.Change);
        changes.Order().ShouldBe(Enumerable.Range(1, 180).Select(i => (long)i));
        results.SelectMany(result => result).ShouldAllBe(result => result.IsStored);
        foreach (var store in stores)
        {
            await HeardAsync(store, 180);
            store.EntryCount.ShouldBe(180);
        }
    }

    [Fact]
    public async Task Two_gateways_that_hear_different_branches_agree_on_one()
    {
        var (here, there) = (await OpenAsync("a"), await OpenAsync("b"));
        var logs = Enumerable.Range(0, 10).Select(i => new TestLog(i)).ToList();

        var outcomes = await Task.WhenAll(logs.SelectMany(log => new[]
        {
            Task.Run(async () => await here.AppendAsync(log[1])),
            Task.Run(async () => await there.AppendAsync(log.Other(1))),
        }));

        outcomes.Count(result => result.Outcome == AppendOutcome.Appended).ShouldBe(10);
        outcomes.Count(result => result.Outcome == AppendOutcome.Fork).ShouldBe(10);
        await HeardAsync(here, 20);
        await HeardAsync(there, 20);
        here.Logs().ShouldBe(there.Logs());
        here.Logs().ShouldAllBe(log => log.IsForked);
        (await there.ReadForksAsync(0, 100)).Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_gap_may_be_closed_by_another_gateway()
    {
        var (here, there) = (await OpenAsync("a"), await OpenAsync("b"));
        var log = new TestLog();

        await here.AppendAsync([log[3], log[2]]);
        (await there.AppendAsync(log[1])).Outcome.ShouldBe(AppendOutcome.Appended);

        there.View.HeightOf(log.Key).ShouldBe(3ul);
        there.BufferedCount.ShouldBe(0);
        await HeardAsync(here, 3);
        here.BufferedCount.ShouldBe(0);
        here.View.HeightOf(log.Key).ShouldBe(3ul);
    }

    [Fact]
    public async Task What_one_gateway_forgets_the_other_forgets()
    {
        var (here, there) = (await OpenAsync("a"), await OpenAsync("b"));
        var (log, other) = (new TestLog(1), new TestLog(2));
        await here.AppendAsync(log.Upto(3), RetentionClass.Carried);
        await HeardAsync(there, 3);
        there.View.TryGetBytes(log.Key, 1, out _, out _).ShouldBeTrue();

        await here.PruneAsync(DateTimeOffset.UtcNow.AddHours(1));
        await here.AppendAsync(other[1]);
        await HeardAsync(there, 4);

        there.FindLog(log.Key).ShouldBeNull();
        there.View.TryGetBytes(log.Key, 1, out _, out _).ShouldBeFalse();
        (await there.AppendAsync(log[1])).Outcome.ShouldBe(AppendOutcome.Appended);
    }

    [Fact]
    public async Task Marks_belong_to_one_gateway()
    {
        var (here, there) = (await OpenAsync("a"), await OpenAsync("b"));

        here.Marks.Write(MarkKind.Ledger, "band"u8, [1]);
        there.Marks.Write(MarkKind.Ledger, "band"u8, [2]);

        here.Marks.Read(MarkKind.Ledger, "band"u8).ShouldBe([1]);
        there.Marks.ReadAll(MarkKind.Ledger).ShouldHaveSingleItem().Value.ShouldBe([2]);
    }

    [Fact]
    public async Task Communities_in_one_database_do_not_meet()
    {
        var ours = await OpenAsync("a");
        await using var theirs = await PostgresLogStore.OpenAsync(
            server.ConnectionString, new PostgresOptions { Schema = server.NextSchema() });

        await ours.AppendAsync(new TestLog()[1]);

        theirs.EntryCount.ShouldBe(0);
        (await theirs.AppendAsync(new TestLog()[1])).ShouldBe(new AppendResult(AppendOutcome.Appended, 1));
    }

    [Fact]
    public async Task A_restart_of_the_database_loses_nothing_and_the_gateways_go_on()
    {
        var (here, there) = (await OpenAsync("a"), await OpenAsync("b"));
        var logs = Enumerable.Range(0, 4).Select(i => new TestLog(i)).ToList();
        logs.ForEach(log => log.Upto(40));
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acknowledged = 0;
        var appending = Task.WhenAll(logs.Select((log, i) => Task.Run(async () =>
        {
            foreach (var entry in log.Upto(40))
            {
                (await (i % 2 == 0 ? here : there).AppendAsync(entry)).IsStored.ShouldBeTrue();
                if (Interlocked.Increment(ref acknowledged) == 60)
                {
                    half.SetResult();
                }
            }
        })));

        await half.Task;
        await server.StopAsync("immediate");
        acknowledged.ShouldBeLessThan(160);
        await server.StartAsync();
        await appending;

        await HeardAsync(here, 160);
        await HeardAsync(there, 160);
        foreach (var store in new[] { here, there })
        {
            store.Logs().Select(log => log.Height).ShouldBe([40ul, 40, 40, 40]);
            foreach (var log in logs)
            {
                (await store.ReadRangeAsync(log.Key, 1, 100)).Select(entry => entry.Id).ShouldBe(log.Upto(40).Select(entry => entry.Id));
            }
        }

        var seen = (await here.ReadChangesAsync(0, 1000)).Changes;
        seen.Select(change => change.Sequence).ShouldBe(Enumerable.Range(1, 160).Select(i => (long)i));

        // Both listen again.
        var heard = there.WaitForChangesAsync(160);
        await here.AppendAsync(new TestLog(99)[1]);
        await heard.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_connection_string_with_a_search_path_opens_that_community()
    {
        await (await OpenAsync("a")).AppendAsync(new TestLog()[1]);
        await using var store = await StoreLocation.Parse($"{server.ConnectionString};Search Path={_schema}").OpenAsync("b");

        store.ShouldBeOfType<PostgresLogStore>().EntryCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_is_away_is_named_without_the_password()
    {
        var failure = await Should.ThrowAsync<StoreException>(() => PostgresLogStore.OpenAsync(
            "Host=/nowhere;Username=postgres;Password=secret;Database=logs", new PostgresOptions { RetryFor = TimeSpan.Zero }));

        failure.Failure.ShouldBe(StoreFailure.Unreachable);
        failure.Message.ShouldContain("/nowhere");
        failure.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await (await OpenAsync("a")).DisposeAsync();
        await SqlAsync($"UPDATE {_schema}.version SET version = 99");

        (await Should.ThrowAsync<StoreException>(() => OpenAsync("a"))).Failure.ShouldBe(StoreFailure.TooNew);
    }

    [Fact]
    public async Task Steps_are_taken_from_where_a_schema_stands()
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + $";Search Path={_schema}");
        await connection.OpenAsync();

        PostgresSchema.Migrate(connection, _schema, ["CREATE TABLE a (x integer); INSERT INTO a VALUES (7)"]);
        PostgresSchema.Migrate(connection, _schema, ["this step is not taken again", "ALTER TABLE a ADD COLUMN y integer; UPDATE a SET y = x + 1"]);

        PostgresSchema.Scalar(connection, "SELECT y FROM a").ShouldBe(8);
        PostgresSchema.Scalar(connection, "SELECT version FROM version").ShouldBe(2);
    }

    [Fact]
    public async Task Rows_written_past_the_lock_are_noticed()
    {
        var store = await OpenAsync("a");
        var log = new TestLog();
        await store.AppendAsync(log[1]);

        // Somebody restores the second entry by hand, without a word to the index.
        await SqlAsync(
            $"INSERT INTO {_schema}.entries (change, log, seq, format, id, is_end, received, entry, payload) VALUES " +
            $"(2, 1, '\\x0000000000000002', 1, '\\x{log[2].Id}', false, 0, '\\x00', '\\x00'); " +
            $"UPDATE {_schema}.logs SET height = '\\x0000000000000002', head = '\\x{log[2].Id}'; " +
            $"UPDATE {_schema}.state SET last_change = 2, entry_count = 2");

        (await store.AppendAsync(log[2])).Outcome.ShouldBe(AppendOutcome.AlreadyStored);
        (await store.AppendAsync(log[3])).ShouldBe(new AppendResult(AppendOutcome.Appended, 3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("1st")]
    [InlineData("a; DROP TABLE b")]
    [InlineData("a_name_that_is_far_too_long_for_a_schema_name")]
    public async Task A_schema_has_a_plain_name(string name) => await Should.ThrowAsync<ArgumentException>(() =>
        PostgresLogStore.OpenAsync(server.ConnectionString, new PostgresOptions { Schema = name }));

    [Fact]
    public void The_cache_is_bounded_and_drops_what_was_not_used()
    {
        var cache = new EntryCache(2000);
        var entries = new TestLog().Upto(10).Select(entry => new StoredEntry(
            entry.Log, entry.SequenceNumber, entry.Id, false, entry.EntryBytes, null, 0, default)).ToList();
        foreach (var entry in entries)
        {
            cache.Add(entry);
            cache.Find(entries[0].Id).ShouldNotBeNull();
        }

        cache.Bytes.ShouldBeLessThanOrEqualTo(2000);
        cache.Find(entries[1].Id).ShouldBeNull();
        cache.Find(entries[9].Log, 10).ShouldBe(entries[9]);
        cache.Clear();
        cache.Bytes.ShouldBe(0);
    }

    private static async Task HeardAsync(PostgresLogStore store, long change)
    {
        while (store.LastChange < change)
        {
            await store.WaitForChangesAsync(store.LastChange).WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private async Task<PostgresLogStore> OpenAsync(string gateway)
    {
        var store = await PostgresLogStore.OpenAsync(server.ConnectionString, new PostgresOptions { Schema = _schema, Gateway = gateway });
        _opened.Add(store);
        return store;
    }

    private async Task SqlAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
