using System.Globalization;
using System.Text.RegularExpressions;

namespace P2Panda.Radio.Gateway.Tests.FirmwareConfig;

public sealed partial class FirmwareConfigTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Tool.Root, "firmware-config");
    private readonly string _scratch = Directory.CreateTempSubdirectory("firmware-config").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public void TheUnitIsWellFormed()
    {
        // The program is not installed where tests run, and systemd wants it to be.
        var unit = Path.Combine(_scratch, "p2panda-radio.service");
        var text = File.ReadAllText(Path.Combine(Folder, "systemd/p2panda-radio.service"));
        text.ShouldContain("ExecStart=/usr/bin/p2panda-radio run --config /etc/p2panda-radio/config.json $P2PANDA_RADIO_OPTIONS\n");
        File.WriteAllText(unit, text.Replace("/usr/bin/p2panda-radio", "/bin/true", StringComparison.Ordinal));
        var (exit, output, errors) = Tool.Run("systemd-analyze", "verify", "--man=no", unit);
        (output + errors).Split('\n').ShouldNotContain(line => line.Contains("p2panda-radio.service", StringComparison.Ordinal));
        exit.ShouldBe(0);

        File.WriteAllText(unit, text.Replace("Type=notify", "Type=sometimes", StringComparison.Ordinal).Replace("/usr/bin/p2panda-radio", "/bin/true", StringComparison.Ordinal));
        var broken = Tool.Run("systemd-analyze", "verify", "--man=no", unit);
        (broken.Output + broken.Errors).ShouldContain("Failed to parse service type");
    }

    [Fact]
    public void TheUnitIsLockedIn()
    {
        var (exit, output, _) = Tool.Run("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=20", Path.Combine(Folder, "systemd/p2panda-radio.service"));
        exit.ShouldBe(0, output);
        var overall = double.Parse(Exposure().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        overall.ShouldBeLessThanOrEqualTo(2.0);

        var unit = File.ReadAllLines(Path.Combine(Folder, "systemd/p2panda-radio.service"));
        unit.Where(line => line.StartsWith("DeviceAllow=", StringComparison.Ordinal)).ShouldBe(["DeviceAllow=char-spi rw", "DeviceAllow=char-gpiochip rw", "DeviceAllow=char-i2c rw"]);
        unit.ShouldContain("Type=notify");
        unit.ShouldContain("WatchdogSec=60");
        unit.ShouldNotContain("MemoryDenyWriteExecute=yes");
        unit.ShouldNotContain("PrivateDevices=yes");
    }

    [Fact]
    public void UserAndFoldersAreMade()
    {
        foreach (var folder in new[] { "etc", "var/lib", "usr/lib/sysusers.d", "usr/lib/tmpfiles.d" })
        {
            Directory.CreateDirectory(Path.Combine(_scratch, folder));
        }

        File.Copy(Path.Combine(Folder, "sysusers/p2panda-radio.conf"), Path.Combine(_scratch, "usr/lib/sysusers.d/p2panda-radio.conf"));
        File.Copy(Path.Combine(Folder, "tmpfiles/p2panda-radio.conf"), Path.Combine(_scratch, "usr/lib/tmpfiles.d/p2panda-radio.conf"));
        Tool.Run("systemd-sysusers", $"--root={_scratch}", "p2panda-radio.conf").Exit.ShouldBe(0);
        var user = File.ReadAllLines(Path.Combine(_scratch, "etc/passwd")).ShouldHaveSingleItem();
        user.ShouldStartWith("p2panda-radio:");
        user.ShouldEndWith(":p2panda radio gateway:/var/lib/p2panda-radio:/usr/sbin/nologin");
        var groups = File.ReadAllLines(Path.Combine(_scratch, "etc/group"));
        foreach (var group in new[] { "spi", "gpio", "i2c" })
        {
            groups.ShouldContain(line => line.StartsWith(group + ":", StringComparison.Ordinal) && line.EndsWith(":p2panda-radio", StringComparison.Ordinal));
        }

        // Ownership needs root; what folders with which modes does not.
        Tool.Run("systemd-tmpfiles", "--create", $"--root={_scratch}", "p2panda-radio.conf");
        if (Environment.IsPrivilegedProcess)
        {
            File.GetUnixFileMode(Path.Combine(_scratch, "var/lib/p2panda-radio")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.ReadAllLines(Path.Combine(Folder, "tmpfiles/p2panda-radio.conf")).Where(line => line[0] != '#').ShouldAllBe(line => TmpfilesLine().IsMatch(line));
    }

    [Fact]
    public void EveryUdevRuleMatchesBeforeItAssigns()
    {
        var rules = File.ReadAllLines(Path.Combine(Folder, "udev/60-p2panda-radio.rules")).Where(line => line.Length > 0 && line[0] != '#').ToList();
        rules.Count.ShouldBe(3);
        foreach (var rule in rules)
        {
            var parts = rule.Split(", ");
            parts.ShouldAllBe(part => UdevPart().IsMatch(part));
            parts[0].ShouldContain("==");
            rule.ShouldContain("MODE=\"0660\"");
        }

        // What the rules give to groups, the unit's groups can use.
        var unit = File.ReadAllText(Path.Combine(Folder, "systemd/p2panda-radio.service"));
        unit.ShouldContain("SupplementaryGroups=spi gpio i2c");
    }

    [Fact]
    public void CloudInitUserDataIsUnderstoodAndItsConfigurationIsValid()
    {
        const string Program = """
            import sys, yaml
            path, out = sys.argv[1:]
            text = open(path).read()
            assert text.startswith("#cloud-config\n")
            data = yaml.safe_load(text)
            known = {"hostname", "timezone", "users", "ssh_pwauth", "package_update", "packages", "write_files", "runcmd", "power_state"}
            assert set(data) == known, set(data) ^ known
            assert data["ssh_pwauth"] is False and all(user["lock_passwd"] for user in data["users"])
            files = {file["path"]: file["content"] for file in data["write_files"]}
            open(out + "/config.json", "w").write(files["/etc/p2panda-radio/config.json"])
            open(out + "/defaults", "w").write(files["/etc/default/p2panda-radio"])
            assert all(isinstance(command, list) and all(isinstance(word, str) for word in command) for command in data["runcmd"])
            """;
        Tool.Run("/usr/bin/python3", "-c", Program, Path.Combine(Folder, "cloud-init/user-data"), _scratch).ShouldBe((0, string.Empty, string.Empty));

        // The folder of the database is the gateway's own; here the scratch folder stands for it.
        var config = Path.Combine(_scratch, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("/var/lib/p2panda-radio", _scratch, StringComparison.Ordinal));
        var (exit, _, errors) = Tool.Gateway("config", "check", "--config", config);
        exit.ShouldBe(0, errors);

        var board = Regex.Match(File.ReadAllText(Path.Combine(_scratch, "defaults")), "--board ([a-z0-9-]+)").Groups[1].Value;
        File.Exists(Path.Combine(Tool.Root, "hardware/boards", board + ".json")).ShouldBeTrue();

        var schema = Tool.Run("/usr/bin/cloud-init", "schema", "--config-file", Path.Combine(Folder, "cloud-init/user-data"));
        schema.Exit.ShouldBe(0, schema.Output + schema.Errors);
    }

    [GeneratedRegex(@"Overall exposure level for \S+: ([0-9.]+)")]
    private static partial Regex Exposure();

    [GeneratedRegex("""^[A-Z]+(==|=|\+=)"[^"]+"$""")]
    private static partial Regex UdevPart();

    [GeneratedRegex(@"^d /\S+ 0[0-7]{3} \S+ p2panda-radio -$")]
    private static partial Regex TmpfilesLine();
}
