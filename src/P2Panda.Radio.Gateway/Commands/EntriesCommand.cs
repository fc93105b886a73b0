using System.CommandLine;
using System.Globalization;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Store;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>entries list|export|import</c>.</summary>
internal static class EntriesCommand
{
    private const int PageSize = 256;
    private const int ImportBatch = 100;

    public static Command Create()
    {
        var author = new Option<string?>("--author") { Description = "Only entries of this public key (64 hexadecimal digits)" };
        var log = new Option<string?>("--log") { Description = "Only entries of this log id" };
        var limit = new Option<int?>("--limit") { Description = "At most so many entries" };
        var json = new Option<bool>("--json") { Description = "One JSON object a line, as export prints" };

        var list = new Command("list", "List stored entries") { author, log, limit, json };
        list.SetAction((result, cancellation) => ListAsync(
            result, Filter(result.GetValue(author), result.GetValue(log)), result.GetValue(limit) ?? int.MaxValue, result.GetValue(json), cancellation));

        var export = new Command("export", "Print all (or some) stored entries as JSON lines: id, author, logId, seqNum, entry, operation")
        {
            author, log, limit,
        };
        export.SetAction((result, cancellation) => ListAsync(
            result, Filter(result.GetValue(author), result.GetValue(log)), result.GetValue(limit) ?? int.MaxValue, json: true, cancellation));

        var file = new Argument<string>("file") { Description = "JSON lines with 'entry' and 'operation' in hexadecimal; - reads standard input" };
        var import = new Command("import", "Verify and store entries from JSON lines; those already stored are passed over") { file };
        import.SetAction((result, cancellation) => ImportAsync(result, result.GetValue(file)!, cancellation));

        return new Command("entries", "List, export and import entries") { list, export, import };
    }

    private static Predicate<LogKey> Filter(string? author, string? log)
    {
        PublicKey? wanted = null;
        if (author is not null)
        {
            wanted = PublicKey.TryParse(author, out var key)
                ? key
                : throw new CommandFailure(ExitCode.Usage, $"--author {author}: expected 64 hexadecimal digits");
        }

        return candidate => (wanted is null || candidate.Author == wanted) && (log is null || candidate.LogId.ToString() == log);
    }

    private static async Task<int> ListAsync(
        ParseResult result, Predicate<LogKey> filter, int limit, bool json, CancellationToken cancellation)
    {
        await using var store = Stores.Open(SettingsOptions.Read(result), readOnly: true);
        var table = new Table().AddColumns("author", "log", "seq", "bytes", "operation", "id");
        var left = limit;
        foreach (var log in store.Logs().Where(log => filter(log.Log)))
        {
            await foreach (var entry in ReadLogAsync(store, log.Log, left, cancellation).ConfigureAwait(false))
            {
                left--;
                if (json)
                {
                    await Console.Out.WriteLineAsync(EntryRecord.From(entry).ToJson()).ConfigureAwait(false);
                }
                else
                {
                    table.AddRow(
                        entry.Log.Author.ToString()[..12] + "…",
                        entry.Log.LogId.ToString(),
                        entry.SequenceNumber.ToString(CultureInfo.InvariantCulture),
                        entry.EntryBytes.Length.ToString(CultureInfo.InvariantCulture),
                        (entry.PayloadBytes?.Length ?? 0).ToString(CultureInfo.InvariantCulture),
                        "…" + entry.Id.ToString()[^12..]);
                }
            }
        }

        if (!json)
        {
            AnsiConsole.Write(table);
        }

        return ExitCode.Success;
    }

    private static async IAsyncEnumerable<StoredEntry> ReadLogAsync(
        ILogStore store, LogKey log, int limit, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        ulong from = 0;
        while (limit > 0)
        {
            var page = await store.ReadRangeAsync(log, from, Math.Min(limit, PageSize), cancellation).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count == 0 || page[^1].SequenceNumber == ulong.MaxValue)
            {
                yield break;
            }

            limit -= page.Count;
            from = page[^1].SequenceNumber + 1;
        }
    }

    private static async Task<int> ImportAsync(ParseResult result, string file, CancellationToken cancellation)
    {
        await using var store = Stores.Open(SettingsOptions.Read(result));
        var counts = new Dictionary<AppendOutcome, int>();
        foreach (var batch in JsonLines.Read(file).Select(line => line.Value.Verify(line.Origin)).Chunk(ImportBatch))
        {
            foreach (var outcome in await store.AppendAsync(batch, RetentionClass.Kept, cancellation).ConfigureAwait(false))
            {
                counts[outcome.Outcome] = counts.GetValueOrDefault(outcome.Outcome) + 1;
            }
        }

        await Console.Out.WriteLineAsync(counts.Count == 0
            ? "nothing to import"
            : string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {Words(count.Key)}"))).ConfigureAwait(false);
        return counts.Keys.Any(outcome => new AppendResult(outcome).IsRefused) ? ExitCode.Failure : ExitCode.Success;
    }

    private static string Words(AppendOutcome outcome) => outcome switch
    {
        AppendOutcome.Appended => "stored",
        AppendOutcome.AlreadyStored => "already stored",
        AppendOutcome.Buffered => "waiting for earlier entries",
        _ => $"refused ({outcome})",
    };
}
