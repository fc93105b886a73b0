using System.Data.Common;
using System.Globalization;

namespace P2Panda.Store.Tests;

/// <summary>Tables of others in the store's database.</summary>
public abstract partial class DurableLogStoreContract
{
    [Fact]
    public async Task Derived_tables_are_in_step_with_the_feed_after_reopening()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await TablesOf(store).WriteAsync(connection => Run(connection, "CREATE TABLE counts_state (read_to bigint, entries bigint)"));
        await TablesOf(store).WriteAsync(connection => Run(connection, "INSERT INTO counts_state VALUES (0, 0)"));
        await store.AppendAsync(log.Upto(5));
        await CountAsync(store);
        await store.AppendAsync(log.Upto(9));

        store = await ReopenAsync(store);

        (await ValueAsync(store, "SELECT entries FROM counts_state")).ShouldBe(5);
        await CountAsync(store);
        (await ValueAsync(store, "SELECT entries FROM counts_state")).ShouldBe(9);

        static async Task CountAsync(ILogStore store)
        {
            var page = await store.ReadChangesAsync(await ValueAsync(store, "SELECT read_to FROM counts_state"), 100);
            await TablesOf(store).WriteAsync(connection => Run(
                connection, $"UPDATE counts_state SET read_to = {page.ReadTo}, entries = entries + {page.Changes.Count}"));
        }
    }

    [Fact]
    public async Task Work_on_tables_that_fails_did_not_happen_and_hurts_nobody_else()
    {
        var store = await OpenAsync();
        var tables = TablesOf(store);
        await tables.WriteAsync(connection => Run(connection, "CREATE TABLE mine_a (x bigint)"));
        var log = new TestLog();

        var failing = tables.WriteAsync<int>(connection =>
        {
            Run(connection, "INSERT INTO mine_a VALUES (1)");
            throw new InvalidOperationException("changed my mind");
        });
        var appending = store.AppendAsync(log.Upto(3)).AsTask();

        (await Should.ThrowAsync<InvalidOperationException>(() => failing)).Message.ShouldBe("changed my mind");
        (await appending).ShouldAllBe(result => result.Outcome == AppendOutcome.Appended);
        (await ValueAsync(store, "SELECT count(*) FROM mine_a")).ShouldBe(0);
    }

    private static IStoreTables TablesOf(ILogStore store) => (IStoreTables)store;

    private static Task<long> ValueAsync(ILogStore store, string sql) => TablesOf(store).ReadAsync(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    });

    private static int Run(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }
}
