using System.Net.Http.Json;
using System.Text.Json;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Gateway.Tests;

/// <summary><c>p2panda-radio run</c> in a process of its own, with its API on a free port.</summary>
internal sealed class RunningGateway : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly RunningProgram _program;

    private RunningGateway(RunningProgram program, Uri address)
    {
        _program = program;
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    /// <summary>Starts it and waits until it listens. The network is off unless the arguments turn it on.</summary>
    public static RunningGateway Start(GatewayProgram program, params string[] arguments) =>
        Of(new RunningProgram(program.Start(["run", "--set", "network.enabled=false", .. arguments])));

    /// <summary>Waits until a gateway that was started listens.</summary>
    public static RunningGateway Of(RunningProgram running)
    {
        var line = running.WaitFor(Listening);
        return new RunningGateway(running, new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]));
    }

    /// <summary>Tells it to stop, as a service manager does, and waits until it has.</summary>
    public int Stop() => _program.Stop();

    /// <summary>Publishes as an app does; whether the gateway took the entry.</summary>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    public async Task<bool> PublishAsync(VerifiedEntry entry)
    {
        using var answer = await Client.PostAsJsonAsync("/graphql", new
        {
            query = "mutation($entry: String!, $operation: String!) { publish(entry: $entry, operation: $operation) { seqNum } }",
            variables = new
            {
                entry = Convert.ToHexStringLower(entry.EntryBytes.Span),
                operation = Convert.ToHexStringLower(entry.PayloadBytes!.Value.Span),
            },
        });
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return answer.IsSuccessStatusCode && !body.RootElement.TryGetProperty("errors", out _);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill() => _program.Kill();

    public void Dispose()
    {
        _program.Dispose();
        Client.Dispose();
    }
}
