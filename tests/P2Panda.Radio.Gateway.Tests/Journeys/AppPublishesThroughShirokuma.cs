using System.Diagnostics;
using System.Text.Json;
using P2Panda.Core.Operations;
using P2Panda.Tests;

namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>An app on p2panda's own client library publishes through a gateway that is a real process on a real database.</summary>
public sealed class AppPublishesThroughShirokuma : IDisposable
{
    private const int Documents = 100;

    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ASchemaAndAHundredDocumentsArePublishedAndKept()
    {
        using var gateway = RunningGateway.Start(_program);
        var app = JsonDocument.Parse(RunApp(new Uri(gateway.Client.BaseAddress!, "/graphql"))).RootElement;
        app.GetProperty("refusal").GetString().ShouldBe("The document was deleted");
        gateway.Stop().ShouldBe(0);

        // Every answer was given for something that is stored: read by a fresh process.
        var export = _program.Run("entries", "export");
        export.ExitCode.ShouldBe(0, export.Error);
        var operations = export.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        operations.Count.ShouldBe(2 + 1 + (2 * Documents) + 1);
        var actions = operations.Select(record => Operation.Decode(Convert.FromHexString(record.GetProperty("operation").GetString()!)).Operation!).ToList();
        actions.Count(operation => operation.SchemaId.Text == app.GetProperty("schemaId").GetString() && operation.Action == OperationAction.Create).ShouldBe(Documents);
        actions.Count(operation => operation.Action == OperationAction.Update).ShouldBe(Documents);
        actions.Count(operation => operation.Action == OperationAction.Delete).ShouldBe(1);
        _program.Run("verify", "p2panda-radio.db", "--json").ExitCode.ShouldBe(0);
    }

    private static string RunApp(Uri endpoint)
    {
        var folder = Path.Combine(TestVectors.RepositoryRoot, "tests", "P2Panda.Radio.Gateway.Tests", "js");
        Directory.Exists(Path.Combine(folder, "node_modules")).ShouldBeTrue("shirokuma is not installed: run \"make setup\"");
        using var process = Process.Start(new ProcessStartInfo("node", ["app.mjs", endpoint.ToString(), $"{Documents}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors.Result);
        return output;
    }
}
