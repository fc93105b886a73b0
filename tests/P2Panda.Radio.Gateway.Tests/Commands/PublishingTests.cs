using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Commands;

public sealed class PublishingTests : IDisposable
{
    private const string Schema = "chat_0020c65567ae37efea293e34a9c7d13f8f2bf23dbdc3b5c7b9ab46293111c48fc78b";
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void Key_is_made_once_for_its_owner_only_and_shown()
    {
        var made = _program.Run("keys", "new");
        made.ExitCode.ShouldBe(0, made.Error);
        made.Output.Trim().Length.ShouldBe(64);
        File.GetUnixFileMode(_program.PathOf("author.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        _program.Run("keys", "show").Output.ShouldBe(made.Output);
        var again = _program.Run("keys", "new");
        again.ExitCode.ShouldBe(3);
        again.Error.ShouldContain("exists already");

        File.SetUnixFileMode(_program.PathOf("author.key"), (UnixFileMode)Convert.ToInt32("644", 8));
        var readable = _program.Run("keys", "show");
        readable.ExitCode.ShouldBe(3);
        readable.Error.ShouldContain("chmod 600");
    }

    [Fact]
    public void Message_and_its_update_share_a_log_and_survive_export_and_import()
    {
        _program.Run("keys", "new").ExitCode.ShouldBe(0);
        var created = _program.Run("publish", "--message", "hello woods", "--schema", Schema);
        created.ExitCode.ShouldBe(0, created.Error);
        var id = created.Output.Trim();

        var draft = JsonSerializer.Serialize(new { schema = Schema, previous = new[] { id }, fields = new { message = "edited", count = 3 } });
        var updated = _program.RunWithInput(draft + "\n", "publish", "-", "--json");
        updated.ExitCode.ShouldBe(0, updated.Error);
        var record = JsonSerializer.Deserialize<JsonElement>(updated.Output);
        record.GetProperty("logId").GetString().ShouldBe("0");
        record.GetProperty("seqNum").GetString().ShouldBe("2");

        var second = _program.Run("publish", "--message", "another document", "--schema", Schema, "--json");
        JsonSerializer.Deserialize<JsonElement>(second.Output).GetProperty("logId").GetString().ShouldBe("1");

        var export = _program.Run("entries", "export");
        export.Lines.Count.ShouldBe(3);
        var import = _program.RunWithInput(export.Output, "entries", "import", "-", "--set", "store.path=other.db");
        import.ExitCode.ShouldBe(0, import.Error);
        import.Output.Trim().ShouldBe("3 stored");
        _program.Run("entries", "export", "--set", "store.path=other.db").Output.ShouldBe(export.Output);
        _program.RunWithInput(export.Output, "entries", "import", "-").Output.Trim().ShouldBe("3 already stored");
        _program.Run("entries", "list", "--json", "--log", "1").Lines.Count.ShouldBe(1);
    }

    [Fact]
    public void Signed_entry_is_verified_before_it_is_stored()
    {
        using var vectors = P2Panda.Tests.TestVectors.Json("bamboo/entries_logs.json");
        var first = vectors.RootElement.GetProperty("logs")[0].GetProperty("entries")[0];
        var (entry, operation) = (first.GetProperty("entry").GetString()!, first.GetProperty("payload").GetString()!);

        var stored = _program.Run("publish", "--entry", entry, "--operation", operation);
        stored.ExitCode.ShouldBe(0, stored.Error);
        stored.Output.Trim().ShouldBe(first.GetProperty("entry_hash").GetString());

        var tampered = entry[..^2] + (entry.EndsWith("00", StringComparison.Ordinal) ? "01" : "00");
        var refused = _program.Run("publish", "--entry", tampered, "--operation", operation);
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("InvalidSignature");
    }

    [Fact]
    public void Wrong_use_is_told_in_a_line_with_its_own_exit_code()
    {
        var two = _program.Run("publish", "--message", "x");
        two.ExitCode.ShouldBe(2);
        two.Error.ShouldContain("--message needs --schema");

        var settings = _program.Run("entries", "list", "--set", "radio.powerDbm=99");
        settings.ExitCode.ShouldBe(2);
        settings.Error.ShouldContain("radio.powerDbm: 99 is not between -4 and 20");

        var draft = _program.RunWithInput("{\"schema\":\"nonsense\"}\n", "publish", "-");
        draft.ExitCode.ShouldBe(2);
        draft.Error.ShouldContain("-:1: 'schema' must be a schema id");
    }

    [Fact]
    public void Every_command_explains_itself()
    {
        foreach (var command in new[] { "keys", "keys new", "publish", "entries", "entries export", "config", "regions", "benchmark" })
        {
            var help = _program.Run([.. command.Split(' '), "--help"]);
            help.ExitCode.ShouldBe(0);
            help.Output.ShouldContain("Usage:");
        }
    }
}
