using System.Diagnostics;
using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>One author of an app on p2panda's own client library, in a process of its own; remembers what the gateway took from it.</summary>
internal sealed class ShirokumaClient : IDisposable
{
    private readonly Process _process;

    private ShirokumaClient(Process process, string publicKey)
    {
        _process = process;
        PublicKey = publicKey;
    }

    public string PublicKey { get; }

    /// <summary>What was published and taken, as this client gave it away; in its order.</summary>
    public List<PublishedOperation> Published { get; } = [];

    /// <summary>What the gateway did not take, by its own words.</summary>
    public List<string> Refusals { get; } = [];

    public static async Task<ShirokumaClient> StartAsync(Uri gateway)
    {
        var folder = Path.Combine(Tool.Root, "tests", "P2Panda.Radio.Gateway.Tests", "js");
        Directory.Exists(Path.Combine(folder, "node_modules")).ShouldBeTrue("shirokuma is not installed: run \"make setup\"");
        var process = Process.Start(new ProcessStartInfo("node", ["client.mjs", new Uri(gateway, "/graphql").ToString()])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new ShirokumaClient(process, (await ReadAsync(process)).GetProperty("publicKey").GetString()!);
    }

    /// <summary>Publishes a new document; its id.</summary>
    public async Task<string> CreateAsync(string schemaId, params AppField[] fields) =>
        await PublishAsync("create", schemaId, null, fields) ?? throw new InvalidOperationException($"Refused: {Refusals[^1]}");

    /// <summary>Publishes an edit of a view; the operation's id.</summary>
    public async Task<string> UpdateAsync(string schemaId, string view, params AppField[] fields) =>
        await PublishAsync("update", schemaId, view, fields) ?? throw new InvalidOperationException($"Refused: {Refusals[^1]}");

    /// <summary>Publishes the end of a document; none where the gateway refuses it.</summary>
    public Task<string?> DeleteAsync(string schemaId, string view) => PublishAsync("delete", schemaId, view, []);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<string?> PublishAsync(string action, string schemaId, string? previous, AppField[] fields)
    {
        var request = new { action, schemaId, previous, fields = fields.Select(field => new[] { field.Name, field.Type, field.Value }) };
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request));
        await _process.StandardInput.FlushAsync();
        var answer = await ReadAsync(_process);
        if (!answer.TryGetProperty("id", out var id))
        {
            Refusals.Add(answer.GetProperty("refusal").GetString()!);
            return null;
        }

        var values = fields.ToDictionary(field => field.Name, field => field.Value);
        Published.Add(new PublishedOperation(id.GetString()!, PublicKey, schemaId, previous?.Split('_') ?? [], action == "delete" ? null : values));
        return id.GetString();
    }

    private static async Task<JsonElement> ReadAsync(Process process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var line = await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("The app has ended.");
        return JsonDocument.Parse(line).RootElement;
    }
}
