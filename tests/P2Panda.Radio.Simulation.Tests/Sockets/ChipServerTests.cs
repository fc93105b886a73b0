using System.Device.Gpio;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Sockets;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Simulation.Tests.Sockets;

public sealed class ChipServerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("p2panda-chip-").FullName;
    private readonly SimulatedEther _ether = new(TimeProvider.System);
    private readonly ChipModel _chip;
    private readonly ChipServer _server;

    public ChipServerTests()
    {
        _chip = new ChipModel(_ether, "chip");
        _server = new ChipServer(_chip, NullLogger<ChipServer>.Instance);
        _server.Listen(Address);
    }

    private string Address => Path.Combine(_folder, "chip");

    public void Dispose()
    {
        _server.Dispose();
        _chip.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void TransfersLinesAndFaultsAreWhatTheReadmeSays()
    {
        using var remote = new RemoteChip(Address);
        remote.Ask("spi 4200").ShouldBe("spi 0012");
        remote.Ask("reset low").ShouldBe("ok");
        remote.Ask("spi 4200").ShouldBe("spi 0000");
        remote.Ask("reset release").ShouldBe("ok");
        remote.Ask("pins").ShouldMatch("^pins [01]{6}$");
        remote.Ask("fault BusStuckHigh").ShouldBe("ok");
        remote.Ask("spi 4200").ShouldBe("spi ffff");
        remote.Ask("fault None").ShouldBe("ok");
    }

    [Theory]
    [InlineData("")]
    [InlineData("spi")]
    [InlineData("spi 4")]
    [InlineData("spi xy")]
    [InlineData("reset sideways")]
    [InlineData("fault Imaginary")]
    [InlineData("hello")]
    public void WhatCannotBeUnderstoodIsSaidAndChangesNothing(string line)
    {
        using var remote = new RemoteChip(Address);
        remote.Ask(line).ShouldStartWith("error ");
        remote.Ask("spi " + new string('0', 2050)).ShouldStartWith("error ");
        remote.Ask("spi 4200").ShouldBe("spi 0012");
    }

    [Fact]
    public void OneDriverHoldsTheChipAndTheNextMayHaveItAfterwards()
    {
        using (var first = new RemoteChip(Address))
        {
            first.Ask("spi 8181").ShouldBe("spi 0009");
            using var second = new RemoteChip(Address);
            Should.Throw<Exception>(() => second.Ask("spi 4200").ShouldStartWith("spi"));
            first.Ask("spi 4200").ShouldBe("spi 0012");
        }

        var answer = "";
        for (var until = DateTime.UtcNow + Patience; !answer.StartsWith("spi", StringComparison.Ordinal) && DateTime.UtcNow < until;)
        {
            try
            {
                using var next = new RemoteChip(Address);
                answer = next.Ask("spi 0100");
            }
            catch (SocketException)
            {
                // Closed between the two.
            }
        }

        answer.ShouldStartWith("spi");
    }

    /// <summary>The shipped driver with nothing but the socket between it and the chip; its neighbour is in this process.</summary>
    [Fact]
    public async Task ADriverBehindTheSocketSendsAndReceives()
    {
        using var neighbour = new SimulatedStation(_ether, "neighbour");
        _ether.ConnectAll();
        using var remote = new RemoteChip(Address);
        using var radio = new Sx127xRadio(new Iot.Device.Sx127x.Sx127x(remote, RemoteChip.Reset, RemoteChip.Dio0, gpio: new GpioController(remote.Pins)));
        var (listening, there, back) = (new TaskCompletionSource(), new TaskCompletionSource<byte[]>(), new TaskCompletionSource<byte[]>());
        var (ours, theirs) = (new RecordedEvents(), new RecordedEvents());
        ours.OnTransmitted = () =>
        {
            radio.Receive();
            listening.SetResult();
        };
        ours.OnFrame = frame => back.TrySetResult(frame.Bytes.ToArray());
        theirs.OnFrame = frame => there.TrySetResult(frame.Bytes.ToArray());
        radio.Start(Scene.Settings, ours);
        neighbour.Radio.Start(Scene.Settings, theirs);
        neighbour.Radio.Receive();

        radio.Transmit(Scene.Payload(64));
        (await there.Task.WaitAsync(Patience)).ShouldBe(Scene.Payload(64));
        await listening.Task.WaitAsync(Patience);
        neighbour.Radio.Transmit(Scene.Payload(50));

        (await back.Task.WaitAsync(Patience)).ShouldBe(Scene.Payload(50));
        ours.Faults.ShouldBeEmpty();
        _chip.Violations.ShouldBeEmpty();
    }
}
