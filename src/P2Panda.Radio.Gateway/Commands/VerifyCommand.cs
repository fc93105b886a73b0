using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Store;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>verify DATABASE [--json]</c>: trusts nothing a database says and checks every entry again.</summary>
internal static class VerifyCommand
{
    private const int PageSize = 500;

    public static Command Create()
    {
        var database = new Argument<string>("database") { Description = "SQLite file of a log store; a gateway may have it open" };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of sentences" };
        var command = new Command("verify", "Check form, signature, payload and links of every stored entry again") { database, json };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(database)!, result.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, bool json, CancellationToken cancellation)
    {
        try
        {
            await using var store = SqliteLogStore.Open(path, new SqliteOptions { ReadOnly = true });
            var damage = store.CheckIntegrity();
            var refusals = new List<string>();
            long verified = 0;
            foreach (var log in store.Logs())
            {
                verified += await VerifyAsync(store, log, refusals, cancellation).ConfigureAwait(false);
            }

            Print(json, store, verified, [.. damage, .. refusals]);
            return damage.Count == 0 && refusals.Count == 0 && verified == store.EntryCount ? ExitCode.Success : ExitCode.Failure;
        }
        catch (StoreException exception)
        {
            throw new CommandFailure(ExitCode.Failure, exception.Message);
        }
    }

    private static async Task<long> VerifyAsync(
        SqliteLogStore store, LogSummary log, List<string> refusals, CancellationToken cancellation)
    {
        long verified = 0;
        var ids = new Dictionary<ulong, EntryId>();
        var next = log.AvailableFrom;
        while (next <= log.Height)
        {
            var page = await store.ReadRangeAsync(log.Log, next, PageSize, cancellation).ConfigureAwait(false);
            if (page.Count == 0 || page[0].SequenceNumber != next)
            {
                refusals.Add(string.Create(CultureInfo.InvariantCulture, $"{log.Log}: entry {next} is missing"));
                return verified;
            }

            foreach (var stored in page)
            {
                var reason = Refuse(stored, ids);
                verified += reason is null ? 1 : 0;
                if (reason is not null)
                {
                    refusals.Add(string.Create(CultureInfo.InvariantCulture, $"{log.Log}: entry {stored.SequenceNumber}: {reason}"));
                }

                ids[stored.SequenceNumber] = stored.Id;
            }

            var last = page[^1].SequenceNumber;
            if (last == ulong.MaxValue)
            {
                break;
            }

            next = last + 1;
        }

        return verified;
    }

    private static string? Refuse(StoredEntry stored, Dictionary<ulong, EntryId> ids)
    {
        if (stored.Log.Format != LogFormat.Bamboo || stored.PayloadBytes is not { } payload)
        {
            return "not a Bamboo entry with its operation";
        }

        var (entry, refusal) = BambooEntry.Verify(stored.EntryBytes, payload);
        if (entry is null)
        {
            return refusal.ToString();
        }

        if (entry.Log != stored.Log || entry.SequenceNumber != stored.SequenceNumber || entry.Id != stored.Id)
        {
            return "stored under another name than its own";
        }

        // Links to entries whose bytes were pruned cannot be checked from outside the store.
        foreach (var link in new[] { entry.Backlink, entry.Skiplink })
        {
            if (link is { } present && ids.TryGetValue(present.SequenceNumber, out var target) && target != present.Id)
            {
                return string.Create(CultureInfo.InvariantCulture, $"its link to entry {present.SequenceNumber} names another entry");
            }
        }

        return null;
    }

    private static void Print(bool json, SqliteLogStore store, long verified, IReadOnlyList<string> problems)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                entries = store.EntryCount,
                logs = store.Logs().Count,
                verified,
                problems,
            }));
            return;
        }

        foreach (var problem in problems)
        {
            Console.Out.WriteLine(problem);
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{verified} of {store.EntryCount} entries in {store.Logs().Count} logs verified"));
    }
}
