using System.CommandLine;
using System.Text.Json;
using P2Panda.Radio.Gateway.Publishing;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>publish</c>: signs and stores operations of this gateway's own key, or stores entries others have signed.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("file")
        {
            Description = "JSON lines; - reads standard input. Each line is an operation, {\"schema\": ID, \"fields\": {…}}, or a signed {\"entry\": HEX, \"operation\": HEX}",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var message = new Option<string?>("--message") { Description = "Create a document with this text in its field 'message'" };
        var schema = new Option<string?>("--schema") { Description = "Schema id of --message" };
        var entry = new Option<string?>("--entry") { Description = "A signed entry, hexadecimal" };
        var operation = new Option<string?>("--operation") { Description = "The entry's operation, hexadecimal" };
        var json = new Option<bool>("--json") { Description = "Print each stored entry as a JSON line" };
        var command = new Command("publish", "Store new entries, to be sent when the gateway runs") { file, message, schema, entry, operation, json };
        command.SetAction((result, cancellation) =>
        {
            var (inFile, text, signed) = (result.GetValue(file), result.GetValue(message), result.GetValue(entry));
            if (new[] { inFile, text, signed }.Count(way => way is not null) != 1)
            {
                throw new CommandFailure(ExitCode.Usage, "give a file, or --message with --schema, or --entry with --operation");
            }

            var lines = inFile is not null ? JsonLines.ReadElements(inFile)
                : text is not null ? [("--message", Draft(text, result.GetValue(schema)))]
                : [("--entry", JsonSerializer.SerializeToElement(new { entry = signed, operation = result.GetValue(operation) ?? string.Empty }))];
            return PublishAsync(result, lines, result.GetValue(json), cancellation);
        });
        return command;
    }

    private static JsonElement Draft(string message, string? schema) => schema is null
        ? throw new CommandFailure(ExitCode.Usage, "--message needs --schema")
        : JsonSerializer.SerializeToElement(new { schema, fields = new { message } });

    private static async Task<int> PublishAsync(
        ParseResult result, IEnumerable<(string Origin, JsonElement Value)> lines, bool json, CancellationToken cancellation)
    {
        var settings = SettingsOptions.Read(result);
        await using var store = Stores.Open(settings);
        using var author = new AuthorLog(store, settings.Author.KeyFile);
        var code = ExitCode.Success;
        foreach (var (origin, line) in lines)
        {
            var verified = line.ValueKind == JsonValueKind.Object && line.TryGetProperty("entry", out _)
                ? JsonLines.ToRecord(line, origin).Verify(origin)
                : author.Sign(OperationDraft.Read(line, origin));
            var stored = await store.AppendAsync(verified, RetentionClass.Kept, cancellation).ConfigureAwait(false);
            if (stored.IsRefused)
            {
                await Console.Error.WriteLineAsync($"{origin}: refused: {stored.Outcome}").ConfigureAwait(false);
                code = ExitCode.Failure;
                continue;
            }

            await Console.Out.WriteLineAsync(json ? EntryRecord.From(verified).ToJson() : verified.Id.ToString()).ConfigureAwait(false);
        }

        return code;
    }
}
