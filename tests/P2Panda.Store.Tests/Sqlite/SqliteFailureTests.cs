using Microsoft.Data.Sqlite;
using P2Panda.Store.Sqlite;

namespace P2Panda.Store.Tests.Sqlite;

/// <summary>What can be wrong with a file, and what the store says then.</summary>
public sealed class SqliteFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("logs.db");

    public void Dispose() => _folder.Delete();

    [Fact]
    public async Task A_second_gateway_is_told_that_another_has_the_database()
    {
        await using var first = SqliteLogStore.Open(Database);

        var failure = Should.Throw<StoreException>(() => SqliteLogStore.Open(Database));

        failure.Failure.ShouldBe(StoreFailure.Locked);
        failure.Message.ShouldContain(Database);
        failure.Message.ShouldContain("Another gateway");
        await first.DisposeAsync();
        await using var second = SqliteLogStore.Open(Database);
        second.EntryCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_reader_can_look_beside_a_running_gateway()
    {
        await using var gateway = SqliteLogStore.Open(Database);
        var log = new TestLog();
        await gateway.AppendAsync(log.Upto(7));

        await using var reader = SqliteLogStore.Open(Database, new SqliteOptions { ReadOnly = true });

        reader.EntryCount.ShouldBe(7);
        (await reader.ReadRangeAsync(log.Key, 1, 10)).Count.ShouldBe(7);
        (await Should.ThrowAsync<StoreException>(async () => await reader.AppendAsync(log[8]))).Failure.ShouldBe(StoreFailure.ReadOnly);
        Should.Throw<StoreException>(() => reader.Marks.Write(Core.Logs.MarkKind.Trust, "a"u8, [1])).Failure.ShouldBe(StoreFailure.ReadOnly);
    }

    [Fact]
    public void There_is_nothing_to_read_where_there_is_no_file() =>
        Should.Throw<StoreException>(() => SqliteLogStore.Open(Database, new SqliteOptions { ReadOnly = true }))
            .Message.ShouldContain(Database);

    [Fact]
    public void A_missing_folder_is_named() =>
        Should.Throw<StoreException>(() => SqliteLogStore.Open(_folder.File("missing/logs.db")))
            .Message.ShouldContain("folder");

    [Fact]
    public async Task A_newer_database_is_refused_and_left_as_it_is()
    {
        await SqliteLogStore.Open(Database).DisposeAsync();
        Sql("PRAGMA user_version=99");
        var before = await File.ReadAllBytesAsync(Database);

        Should.Throw<StoreException>(() => SqliteLogStore.Open(Database)).Failure.ShouldBe(StoreFailure.TooNew);
        (await File.ReadAllBytesAsync(Database)).ShouldBe(before);
    }

    [Fact]
    public async Task Another_programs_database_is_refused_and_left_as_it_is()
    {
        Sql("CREATE TABLE recipes (name TEXT)");
        var before = await File.ReadAllBytesAsync(Database);

        var failure = Should.Throw<StoreException>(() => SqliteLogStore.Open(Database));

        failure.Failure.ShouldBe(StoreFailure.Corrupt);
        failure.Message.ShouldContain("another program");
        (await File.ReadAllBytesAsync(Database)).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(Database, string.Concat(Enumerable.Repeat("just some text. ", 1000)));

        Should.Throw<StoreException>(() => SqliteLogStore.Open(Database)).Failure.ShouldBe(StoreFailure.Corrupt);
    }

    [Fact]
    public async Task Damage_is_found()
    {
        var log = new TestLog();
        await using (var store = SqliteLogStore.Open(Database))
        {
            await store.AppendAsync(log.Upto(300));
            store.CheckIntegrity().ShouldBeEmpty();
        }

        var bytes = await File.ReadAllBytesAsync(Database);
        bytes.AsSpan(4096 * 2).Fill(0xa5);
        await File.WriteAllBytesAsync(Database, bytes);

        Should.Throw<StoreException>(() => SqliteLogStore.Open(Database)).Failure.ShouldBe(StoreFailure.Corrupt);
    }

    [Fact]
    public async Task Another_programs_lock_is_named_and_nothing_is_half_done()
    {
        await using var store = SqliteLogStore.Open(Database, new SqliteOptions { BusyTimeout = TimeSpan.FromMilliseconds(10) });
        var log = new TestLog();
        await store.AppendAsync(log[1]);
        using (var other = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            other.Open();
            SqliteSchema.Execute(other, "BEGIN IMMEDIATE");
            (await Should.ThrowAsync<StoreException>(async () => await store.AppendAsync(log[2]))).Failure.ShouldBe(StoreFailure.Locked);
            SqliteSchema.Execute(other, "ROLLBACK");
        }

        (await store.AppendAsync(log[2])).Outcome.ShouldBe(AppendOutcome.Appended);
    }

    [Fact]
    public async Task A_full_disk_refuses_and_the_store_goes_on_when_there_is_room()
    {
        var log = new TestLog();
        var waiting = new TestLog(2);
        ulong height;
        await using (var store = SqliteLogStore.Open(Database, new SqliteOptions { MaxPages = 60 }))
        {
            for (height = 0; await IsStoredAsync(store, log[height + 1]); height++)
            {
            }

            height.ShouldBeGreaterThan(10ul);
            store.View.HeightOf(log.Key).ShouldBe(height);
            (await Should.ThrowAsync<StoreException>(async () =>
                    await store.AppendAsync([.. waiting.Upto(200).Skip(1)])))
                .Failure.ShouldBe(StoreFailure.DiskFull);
            store.BufferedCount.ShouldBe(0);
            store.LastChange.ShouldBe((long)height);
        }

        await using var reopened = SqliteLogStore.Open(Database);
        reopened.View.HeightOf(log.Key).ShouldBe(height);
        (await reopened.AppendAsync(log[height + 1])).ShouldBe(new AppendResult(AppendOutcome.Appended, (long)height + 1));
        reopened.CheckIntegrity().ShouldBeEmpty();

        static async Task<bool> IsStoredAsync(SqliteLogStore store, Core.Logs.VerifiedEntry entry)
        {
            try
            {
                return (await store.AppendAsync(entry)).IsStored;
            }
            catch (StoreException exception)
            {
                exception.Failure.ShouldBe(StoreFailure.DiskFull);
                exception.Message.ShouldContain("disk is full");
                return false;
            }
        }
    }

    [Fact]
    public void Steps_are_taken_from_where_a_database_stands()
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        SqliteSchema.Migrate(connection, ["CREATE TABLE a (x INTEGER);"]);
        SqliteSchema.Execute(connection, "INSERT INTO a VALUES (7)");
        SqliteSchema.Migrate(connection, ["this step is not taken again", "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1;"]);

        SqliteSchema.Scalar(connection, "PRAGMA user_version").ShouldBe(2);
        SqliteSchema.Scalar(connection, "SELECT y FROM a").ShouldBe(8);
    }

    [Fact]
    public void A_step_that_fails_leaves_the_version_before_it()
    {
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            Should.Throw<SqliteException>(() =>
                SqliteSchema.Migrate(connection, ["CREATE TABLE a (x INTEGER);", "CREATE TABLE b (x INTEGER); INSERT INTO nowhere VALUES (1);"]));
        }

        using var again = new SqliteConnection($"Data Source={Database};Pooling=False");
        again.Open();
        SqliteSchema.Scalar(again, "PRAGMA user_version").ShouldBe(1);
        SqliteSchema.Scalar(again, "SELECT count(*) FROM sqlite_schema").ShouldBe(1);
    }

    [Fact]
    public async Task The_database_commits_the_safe_way_by_default()
    {
        await using var store = SqliteLogStore.Open(Database);
        store.WriterPragma("synchronous").ShouldBe(2);
        await using var relaxed = SqliteLogStore.Open(_folder.File("other.db"), new SqliteOptions { Durability = SqliteDurability.Normal });
        relaxed.WriterPragma("synchronous").ShouldBe(1);
        Sql("PRAGMA journal_mode").ShouldBe("wal");
    }

    private object? Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
