using System.CommandLine;
using System.Globalization;
using P2Panda.Documents;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>documents rebuild</c>: makes the documents again from the logs.</summary>
internal static class DocumentsCommand
{
    public static Command Create()
    {
        var rebuild = new Command("rebuild", "Forget all documents and make them again from the logs; the gateway must not be running");
        rebuild.SetAction((result, cancellation) => RebuildAsync(SettingsOptions.Read(result), cancellation));
        return new Command("documents", "The documents that the logs add up to") { rebuild };
    }

    private static async Task<int> RebuildAsync(Configuration.GatewaySettings settings, CancellationToken cancellation)
    {
        await using var store = Stores.Open(settings);
        await using var documents = await MaterialisedDocuments.OpenAsync(store, cancellation).ConfigureAwait(false);
        await documents.RebuildAsync(cancellation).ConfigureAwait(false);
        var (operations, shown) = await documents.CountAsync(cancellation).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{operations} operations, {shown} documents, {documents.Schemas.Listed.Count} schemas.")).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
