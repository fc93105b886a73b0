using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace P2Panda.Radio.Gateway.Tests.Hosting;

/// <summary>The program as a unit of Type=notify sees it.</summary>
public sealed class RunUnderServiceManagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unit").FullName;
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public void Dispose()
    {
        _manager.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task TheGatewayReportsThatItIsReadyAliveAndStopping()
    {
        var socket = Path.Combine(_folder, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(socket));
        _manager.ReceiveTimeout = 60_000;
        string[] settings =
        [
            "--set", $"store.path={_folder}/store.db", "--set", $"radio.keyFile={_folder}/radio.key",
            "--set", "radio.rule=M", "--set", "radio.profile=busy",
            "--set", "api.port=0", "--set", $"api.tokenFile={_folder}/api.token",
        ];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "p2panda-radio.dll"), "run", "--radio", "sim", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NOTIFY_SOCKET"] = socket;
        start.Environment["WATCHDOG_USEC"] = "200000";
        start.Environment["P2PANDA_RADIO__NETWORK__MDNS"] = "false";
        using var gateway = Process.Start(start)!;
        var output = gateway.StandardOutput.ReadToEndAsync();
        var errors = gateway.StandardError.ReadToEndAsync();
        try
        {
            var heard = new List<string> { Next(), Next(), Next() };
            heard.Count(word => word == "READY=1").ShouldBe(1);
            heard.Count(word => word == "WATCHDOG=1").ShouldBe(2);
            Process.Start("kill", ["-TERM", $"{gateway.Id}"]).WaitForExit();
            string word;
            while ((word = Next()) == "WATCHDOG=1")
            {
            }

            word.ShouldBe("STOPPING=1");
            gateway.WaitForExit(TimeSpan.FromSeconds(60)).ShouldBeTrue();
            gateway.ExitCode.ShouldBe(0, await errors);
            (await output).ShouldContain("On the air");
        }
        finally
        {
            if (!gateway.HasExited)
            {
                gateway.Kill();
            }
        }
    }

    private string Next()
    {
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
    }
}
