using System.Globalization;

namespace P2Panda.Radio.Gateway.Tests.Capture;

/// <summary>What a running gateway sends, read by Wireshark's own engine.</summary>
public sealed class RunCaptureTests : IDisposable
{
    private const string Schema = "message_0020c65567ae37efea293e34a9c7d13f8f2bf23dbdc3b5c7b9ab46293111c48fc78b";
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FramesOfARunAreCapturedWithTheirFields(bool byOption)
    {
        _program.Run("keys", "new").ExitCode.ShouldBe(0);
        _program.Run("publish", "--message", "is anybody there?", "--schema", Schema).ExitCode.ShouldBe(0);
        string[] capture = byOption ? ["--capture", "frames.pcap"] : ["--set", "radio.capture=frames.pcap"];
        using var gateway = _program.Start(["run", "--radio", "sim", "--set", "api.enabled=false", "--set", "network.enabled=false", .. capture]);
        var output = gateway.StandardOutput.ReadToEndAsync();
        var errors = gateway.StandardError.ReadToEndAsync();
        var file = new FileInfo(_program.PathOf("frames.pcap"));
        try
        {
            // The header of a capture alone has 24 bytes; each frame is written when it is sent.
            for (var patience = 0; patience < 1200 && !gateway.HasExited && !(file.Exists && file.Length > 24 + 100); patience++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
                file.Refresh();
            }

            gateway.HasExited.ShouldBeFalse();
        }
        finally
        {
            gateway.Kill();
            await gateway.WaitForExitAsync();
        }

        var (exit, rows, failure) = Tool.Run(
            "tshark",
            "-r", file.FullName, "-X", $"lua_script:{Path.Combine(Tool.Root, "firmware-config/wireshark/p2panda-radio.lua")}", "-T", "fields",
            "-e", "loratap.channel.frequency", "-e", "p2panda_radio.direction", "-e", "p2panda_radio.k", "-e", "p2panda_radio.symbol_length", "-e", "_ws.expert.message");
        exit.ShouldBe(0, failure + await errors + await output);
        var first = rows.Split('\n')[0].Split('\t');
        first[0].ShouldBe("869462500");
        first[1].ShouldBe("sent");
        int.Parse(first[2], CultureInfo.InvariantCulture).ShouldBeInRange(1, 16);
        int.Parse(first[3], CultureInfo.InvariantCulture).ShouldBeInRange(40, 249);
        first[4].ShouldBeEmpty();
    }

    [Fact]
    public void ACaptureThatCannotBeWrittenStopsTheStart()
    {
        var refused = _program.Run("run", "--radio", "sim", "--capture", "/nowhere/frames.pcap", "--set", "api.enabled=false", "--set", "network.enabled=false");
        refused.ExitCode.ShouldBe(3);
        refused.Error.ShouldContain("capture /nowhere/frames.pcap cannot be written");
    }

    [Fact]
    public void SignedFramesAreRefusedWhereTheyLeaveNoRoom()
    {
        var refused = _program.Run("run", "--radio", "sim", "--set", "radio.strict=true", "--set", "radio.profile=far", "--set", "api.enabled=false");
        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain("radio.strict");
    }
}
