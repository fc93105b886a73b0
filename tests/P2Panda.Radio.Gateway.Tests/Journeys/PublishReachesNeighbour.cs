using System.Net.Http.Json;
using System.Text.Json;
using P2Panda.Tests;

namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>
/// What an app publishes at one gateway an app at another one sees: two processes, each with the shipped driver on a simulated chip, on one
/// air that loses a frame in five.
/// </summary>
public sealed class PublishReachesNeighbour : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task AnAppAtAnotherGatewayIsToldOfTheDocument()
    {
        using var ether = new RunningProgram(_program.Start("sim", "ether", "--listen", "unix:ether", "--link", "A-B:loss=0.2"));
        ether.WaitFor("The ether is at unix:");
        using var a = StartGateway("A");
        using var b = StartGateway("B");
        using var patience = new CancellationTokenSource(Patience);
        using var changes = new StreamReader(await b.Client.GetStreamAsync("/changes?after=0", patience.Token));

        var published = await PublishAsync(a);
        string? line;
        do
        {
            line = await changes.ReadLineAsync(patience.Token);
        }
        while (line?.StartsWith("data: ", StringComparison.Ordinal) == false);

        JsonDocument.Parse(line!["data: ".Length..]).RootElement.GetProperty("documentId").GetString().ShouldBe(published);
        var here = JsonDocument.Parse(await a.Client.GetStringAsync($"/api/v1/entries/{published}")).RootElement;
        var there = JsonDocument.Parse(await b.Client.GetStringAsync($"/api/v1/entries/{published}")).RootElement;
        there.GetProperty("entry").GetString().ShouldBe(here.GetProperty("entry").GetString());
        there.GetProperty("operation").GetString().ShouldBe(here.GetProperty("operation").GetString());

        var receipt = JsonDocument.Parse(await a.Client.GetStringAsync($"/api/v1/entries/{published}/receipt")).RootElement;
        receipt.GetProperty("framesSent").GetInt32().ShouldBeGreaterThan(0);
        receipt.GetProperty("isHeld").GetBoolean().ShouldBeFalse();
        var status = JsonDocument.Parse(await b.Client.GetStringAsync("/api/v1/status")).RootElement;
        status.GetProperty("radio").GetProperty("counters").GetProperty("framesReceived").GetInt64().ShouldBeGreaterThan(0);
        (await b.Client.GetStringAsync("/metrics")).ShouldContain("p2panda_store_entries 1\n");
        a.Stop().ShouldBe(0);
        b.Stop().ShouldBe(0);
    }

    private RunningGateway StartGateway(string name)
    {
        Directory.CreateDirectory(_program.PathOf(name));
        return RunningGateway.Start(
            _program, "--radio", "sim", "--ether", "unix:ether", "--ether-name", name, "--set", $"store.path={name}/store.db",
            "--set", $"radio.keyFile={name}/radio.key", "--set", $"api.tokenFile={name}/api.token", "--set", "radio.rule=M", "--set", "radio.profile=busy");
    }

    /// <summary>The first entry of the recorded app, a field of its schema.</summary>
    private static async Task<string> PublishAsync(RunningGateway gateway)
    {
        using var json = TestVectors.Json("aquadoggo/shirokuma.json");
        var request = json.RootElement.GetProperty("exchanges")[1].GetProperty("request").GetProperty("body");
        using var answer = await gateway.Client.PostAsJsonAsync("/graphql", request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement
            .GetProperty("data").GetProperty("publish").GetProperty("backlink").GetString()!;
    }
}
