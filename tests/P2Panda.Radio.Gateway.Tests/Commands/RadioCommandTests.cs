using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Commands;

public sealed class RadioCommandTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void What_one_process_sends_another_hears_over_a_shared_ether()
    {
        using var ether = new RunningProgram(_program.Start("sim", "ether", "--listen", "unix:ether"));
        ether.WaitFor("The ether is at unix:");
        using var listener = new RunningProgram(_program.Start("radio", "listen", "--radio", "sim", "--ether", "unix:ether", "--ether-name", "L", "--count", "2", "--json"));
        listener.WaitFor("Listening with simulated SX1276 'L' at 869.4625 MHz");

        string[] sender = ["radio", "send", "--radio", "sim", "--ether", "unix:ether", "--ether-name", "S"];
        var sent = _program.Run([.. sender, "hello woods"]);
        sent.ExitCode.ShouldBe(0, sent.Error);
        sent.Output.ShouldBe("sent 11 bytes at 869.4625 MHz, SF7, 125 kHz, 4/5, sync word 0x57, 14 dBm, 41.2 ms on the air\n");
        _program.Run([.. sender, "--hex", "00ff"]).ExitCode.ShouldBe(0);

        var first = JsonSerializer.Deserialize<JsonElement>(listener.WaitFor("bytes"));
        first.GetProperty("bytes").GetString().ShouldBe(Convert.ToHexStringLower("hello woods"u8));
        first.GetProperty("rssiDbm").GetDouble().ShouldBe(14 - 110, 1.0);
        listener.WaitFor("00ff");
        listener.WaitForExit().ShouldBe(0);
        ether.Stop().ShouldBe(0);
    }

    [Fact]
    public void Nothing_heard_in_time_is_said_by_the_exit_code()
    {
        _program.Run("radio", "listen", "--radio", "sim", "--seconds", "0.2", "--count", "1").ExitCode.ShouldBe(1);
        _program.Run("radio", "listen", "--radio", "sim", "--seconds", "0.2").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void The_chip_says_what_it_is_and_holds()
    {
        var info = JsonSerializer.Deserialize<JsonElement>(_program.Run("radio", "info", "--radio", "sim", "--json").Output);
        info.GetProperty("version").GetInt32().ShouldBe(0x12);
        info.GetProperty("temperatureCelsius").GetInt32().ShouldBe(25);
        info.GetProperty("noiseDbm").GetDouble().ShouldBe(-117, 2);

        var registers = JsonSerializer.Deserialize<Dictionary<string, int>>(
            _program.Run("radio", "registers", "--radio", "sim", "--json", "--frequency", "868.1", "--sf", "11").Output)!;
        // sx127x datasheet: 868.1 MHz is D90666; SF11 at 125 kHz needs low-data-rate optimisation.
        (registers["06"], registers["07"], registers["08"]).ShouldBe((0xD9, 0x06, 0x66));
        registers["1e"].ShouldBe(0xB4);
        (registers["26"] & 8).ShouldBe(8);
        registers["39"].ShouldBe(0x57);
        JsonSerializer.Deserialize<Dictionary<string, int>>(_program.Run("radio", "registers", "--radio", "sim", "--json", "--raw").Output)!["01"].ShouldBe(0x09);
        _program.Run("radio", "registers", "--radio", "sim").Output.ShouldContain("42 12 00010010 Version");
    }

    [Fact]
    public void Channels_are_measured_and_preambles_looked_for()
    {
        var scan = _program.Run("radio", "scan", "--radio", "sim", "--from", "868", "--to", "868.4", "--step", "200", "--dwell", "5", "--json");
        scan.ExitCode.ShouldBe(0, scan.Error);
        scan.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("frequencyHz").GetInt64()).ShouldBe([868_000_000, 868_200_000, 868_400_000]);
        var cad = _program.Run("radio", "cad", "--radio", "sim", "--count", "3", "--json");
        cad.ExitCode.ShouldBe(0, cad.Error);
        cad.Output.Trim().ShouldBe("""{"detections":3,"active":0,"interruptsMissed":0}""");
    }

    [Fact]
    public void The_boards_of_the_program_are_listed()
    {
        var boards = _program.Run("radio", "boards").Output;
        boards.ShouldContain("dragino-lora-gps-hat");
        boards.ShouldContain("/dev/spidev0.1");
    }

    [Theory]
    [InlineData("radio info", 2, "there is no radio")]
    [InlineData("radio info --radio sx127x", 2, "which board? Say --board NAME")]
    [InlineData("radio info --board imaginary", 2, "there is no board 'imaginary'")]
    [InlineData("radio info --board inair4", 2, "made for 410 to 525 MHz")]
    [InlineData("run --board inair9 --set radio.powerDbm=17", 2, "sends at most 14 dBm")]
    [InlineData("radio info --board custom --set radio.custom.spiBus=99", 3, "Can not open /dev/spidev99.0: No such file or directory (errno 2). Is the interface enabled in the boot configuration (dtparam=spi=on)?")]
    [InlineData("run --board custom --set radio.custom.spiBus=99 --set api.enabled=false --set network.enabled=false", 3, "Can not open /dev/spidev99.0")]
    [InlineData("radio send --radio sim", 2, "say what to send")]
    [InlineData("radio send --radio sim --hex 0", 2, "is not hexadecimal bytes")]
    [InlineData("radio listen --radio sim --sf 6", 2, "--sf 7 to 12")]
    [InlineData("radio scan --radio sim --from 870 --to 868", 2, "--from and --to are 137 to 1020 MHz")]
    [InlineData("radio cad --radio sim --count 0", 2, "--count is 1 to 100000")]
    public void What_makes_no_sense_is_refused_with_a_reason(string arguments, int exitCode, string reason)
    {
        var refused = _program.Run(arguments.Split(' '));

        refused.ExitCode.ShouldBe(exitCode, refused.Error);
        refused.Error.ShouldContain(reason);
        // One line for the operator, and no stack.
        (refused.Output + refused.Error).ShouldNotContain("   at P2Panda");
    }

    [Fact]
    public void A_frame_costs_few_transfers()
    {
        var benchmark = _program.Run("benchmark", "spi", "--json");
        benchmark.ExitCode.ShouldBe(0, benchmark.Error);
        var figures = benchmark.Lines.Where(line => line[0] == '{').Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .ToDictionary(figure => figure.GetProperty("id").GetString()!, figure => figure.GetProperty("measured").GetDouble());
        figures["spi.send.transfers"].ShouldBe(11);
        figures["spi.receive.transfers"].ShouldBe(5);
        figures["spi.naive.send.transfers"].ShouldBeGreaterThan(64);
    }
}
