using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Commands;

public sealed class SimCommandTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void Gateways_in_processes_of_their_own_meet_on_an_ether()
    {
        using var ether = Start("sim", "ether", "--listen", "unix:ether", "--link", "A-B", "--record", "frames");
        ether.WaitFor("The ether is at unix:");
        using var a = StartGateway("A");
        using var b = StartGateway("B");
        ether.WaitFor(" joined.");
        ether.WaitFor(" joined.");
        a.WaitFor("On the air");
        b.WaitFor("On the air");
        _program.Run("sim", "link", "--ether", "unix:ether", "A-B:loss=0.5").ExitCode.ShouldBe(0);
        ether.WaitFor("The link from B to A is up");

        // Each announces what it has within its first seconds.
        var frames = WaitForFrames(2);
        frames.Select(frame => frame.GetProperty("sender").GetString()).Distinct().Order().ShouldBe(["A", "B"]);
        a.Stop().ShouldBe(0);
        ether.WaitFor("A left.");
        b.Stop().ShouldBe(0);
        ether.Stop().ShouldBe(0);
        File.Exists(_program.PathOf("ether")).ShouldBeFalse();
    }

    [Fact]
    public void A_chip_on_an_ether_answers_over_its_socket()
    {
        using var ether = Start("sim", "ether", "--listen", "unix:ether");
        ether.WaitFor("The ether is at unix:");
        using var chip = Start("sim", "chip", "--listen", "unix:chip", "--ether", "unix:ether", "--ether-name", "X", "--variant", "sx1272");
        chip.WaitFor("The chip is at unix:");
        ether.WaitFor("X joined.");
        using var driver = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        driver.Connect(new UnixDomainSocketEndPoint(_program.PathOf("chip")));
        driver.Send("spi 4200\n"u8);
        var answer = new byte[64];
        Encoding.ASCII.GetString(answer, 0, driver.Receive(answer)).ShouldBe("spi 0022\n");
        chip.Stop().ShouldBe(0);
        ether.Stop().ShouldBe(0);
    }

    [Theory]
    [InlineData("sim ether --listen ether", 2, "form unix:PATH")]
    [InlineData("sim ether --listen unix:ether --link A", 2, "is no link")]
    [InlineData("sim ether --listen unix:ether --link A-B:loss=2", 2, "loss 0 to 1")]
    [InlineData("sim ether --listen unix:ether --link A-A", 2, "is no link")]
    [InlineData("sim ether --listen unix:ether --speed 0", 2, "--speed is more than 0")]
    [InlineData("sim ether --listen unix:missing/ether", 3, "cannot listen at")]
    [InlineData("sim chip --listen unix:chip --ether unix:nobody", 3, "p2panda-radio sim ether --listen unix:")]
    [InlineData("sim link --ether unix:nobody A-B", 3, "There is no ether at unix:")]
    [InlineData("run --radio sim --ether unix:nobody", 3, "p2panda-radio sim ether --listen unix:")]
    [InlineData("run --radio sim --set radio.ether=nowhere", 2, "radio.ether: must be of the form unix:PATH")]
    public void What_makes_no_sense_is_refused_with_a_reason(string arguments, int exitCode, string reason)
    {
        var refused = _program.Run(arguments.Split(' '));

        refused.ExitCode.ShouldBe(exitCode, refused.Error);
        refused.Error.ShouldContain(reason);
    }

    private List<JsonElement> WaitForFrames(int senders)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            using var file = new FileStream(_program.PathOf("frames"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            var frames = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement).ToList();
            if (frames.Select(frame => frame.GetProperty("sender").GetString()).Distinct().Count() >= senders)
                return frames;
            patience.Token.ThrowIfCancellationRequested();
            patience.Token.WaitHandle.WaitOne(20);
        }
    }

    private RunningProgram StartGateway(string name)
    {
        Directory.CreateDirectory(_program.PathOf(name));
        return Start(
            "run", "--radio", "sim", "--ether", "unix:ether", "--ether-name", name,
            "--set", $"store.path={name}/store.db", "--set", $"radio.keyFile={name}/radio.key",
            "--set", "api.enabled=false", "--set", "network.enabled=false");
    }

    private RunningProgram Start(params string[] arguments) => new(_program.Start(arguments));
}
