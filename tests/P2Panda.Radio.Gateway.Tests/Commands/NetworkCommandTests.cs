using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Commands;

/// <summary>Two gateways become a network; one of them loses its card and comes back.</summary>
public sealed class NetworkCommandTests : IDisposable
{
    private readonly GatewayProgram _first = new();
    private readonly GatewayProgram _second = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void AnInvitationMakesTwoGatewaysOneNetwork()
    {
        var made = Json(_first, "network", "new", "--trust", "list", "--config", "gateway.json", "--set", "radio.profile=far");
        made.GetProperty("trust").GetString().ShouldBe("list");
        made.GetProperty("networkId").GetString().ShouldNotBe(new string('0', 64));
        var joined = Json(_second, "network", "join", made.GetProperty("invitation").GetString()!, "--config", "gateway.json");
        foreach (var name in new[] { "networkId", "trust", "attribution", "region", "profile" })
        {
            joined.GetProperty(name).GetString().ShouldBe(made.GetProperty(name).GetString(), name);
        }

        var radioKey = made.GetProperty("radioKey").GetString();
        joined.GetProperty("radioKey").GetString().ShouldNotBe(radioKey);
        Json(_second, "trust", "list", "--config", "gateway.json").GetProperty("key").GetString().ShouldBe(radioKey);
        Json(_second, "network", "show", "--config", "gateway.json").ToString().ShouldBe(joined.ToString());

        Run(_first, 0, "trust", "add", joined.GetProperty("radioKey").GetString()!, "--config", "gateway.json");
        Json(_first, "trust", "list", "--config", "gateway.json").GetProperty("listed").GetBoolean().ShouldBeTrue();
        Run(_first, 0, "trust", "remove", joined.GetProperty("radioKey").GetString()!, "--config", "gateway.json");
        Run(_first, 1, "trust", "remove", joined.GetProperty("radioKey").GetString()!, "--config", "gateway.json");
        _first.Run("trust", "list", "--json", "--config", "gateway.json").Output.ShouldBeEmpty();

        var shown = _first.Run("network", "show", "--qr", "--config", "gateway.json");
        shown.Output.ShouldContain("invitation P2PANDA-RADIO:1:");
        shown.Lines.Count(line => line.StartsWith("████", StringComparison.Ordinal)).ShouldBeGreaterThan(20);
    }

    [Fact]
    public void NothingIsLeftOrOverwrittenWithoutBeingTold()
    {
        Run(_first, 2, "network", "new").Error.ShouldContain("--config");
        Run(_first, 3, "network", "show").Error.ShouldContain("no radio key");
        var made = Json(_first, "network", "new", "--name", "valley", "--config", "gateway.json");
        Run(_first, 2, "network", "new", "--config", "gateway.json").Error.ShouldContain("--replace");
        Run(_first, 2, "network", "join", "P2PANDA-RADIO:1:nonsense", "--config", "gateway.json").Error.ShouldContain("checksum");
        var again = Json(_first, "network", "new", "--replace", "--config", "gateway.json");
        again.GetProperty("radioKey").GetString().ShouldBe(made.GetProperty("radioKey").GetString());
        Run(_first, 2, "trust", "add", "abc").Error.ShouldContain("64 hexadecimal digits");
    }

    [Fact]
    public void KeysComeBackFromABackupAndTheirCounterIsNotTrusted()
    {
        var made = Json(_first, "network", "new", "--config", "gateway.json");
        Run(_first, 0, "keys", "new");
        Run(_first, 0, "trust", "add", new string('5', 64));
        var backup = _second.PathOf("backup.json");
        Run(_first, 0, "keys", "backup", backup);
        Run(_first, 3, "keys", "backup", backup).Error.ShouldContain("exists already");
        File.GetUnixFileMode(backup).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Run(_second, 0, "keys", "restore", backup).Output.ShouldContain(made.GetProperty("radioKey").GetString()!);
        Run(_second, 0, "keys", "show").Output.ShouldBe(_first.Run("keys", "show").Output);
        Json(_second, "trust", "list").GetProperty("key").GetString().ShouldBe(new string('5', 64));
        Run(_second, 3, "keys", "restore", backup).Error.ShouldContain("exists already");

        using var gateway = _second.Start("run", "--radio", "sim", "--set", "api.enabled=false", "--set", "network.enabled=false");
        var line = string.Empty;
        while (!line.Contains("came back from a backup", StringComparison.Ordinal))
        {
            line = gateway.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The gateway ended: " + gateway.StandardError.ReadToEnd());
        }

        gateway.Kill();
        gateway.WaitForExit();
        File.WriteAllText(backup, "{}");
        Run(_first, 3, "keys", "restore", backup).Error.ShouldContain("no backup of keys");
    }

    private static JsonElement Json(GatewayProgram program, params string[] arguments) =>
        JsonSerializer.Deserialize<JsonElement>(Run(program, 0, [.. arguments, "--json"]).Output);

    private static GatewayProgram.Result Run(GatewayProgram program, int exitCode, params string[] arguments)
    {
        var result = program.Run(arguments);
        result.ExitCode.ShouldBe(exitCode, result.Error);
        return result;
    }
}
