using System.Threading.Channels;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Tests.Chip;

public class RealTimeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The same model, driver and ether on the system's clock, with several threads at work.</summary>
    [Fact]
    public async Task StationsTalkInRealTime()
    {
        var ether = new SimulatedEther(TimeProvider.System);
        using var a = new SimulatedStation(ether, "A");
        using var b = new SimulatedStation(ether, "B");
        ether.ConnectAll();
        var (eventsA, eventsB) = (new RecordedEvents(), new RecordedEvents());
        a.Radio.Start(Scene.Settings, eventsA);
        b.Radio.Start(Scene.Settings, eventsB);
        // Whoever answers waits until the other listens again: on a busy machine turning around takes longer than a preamble.
        var steps = Channel.CreateUnbounded<bool>();
        foreach (var (radio, events) in new[] { (a.Radio, eventsA), (b.Radio, eventsB) })
        {
            events.OnTransmitted = () =>
            {
                radio.Receive();
                steps.Writer.TryWrite(true);
            };
            events.OnFrame = _ => steps.Writer.TryWrite(true);
        }

        a.Radio.Receive();
        b.Radio.Receive();
        for (var turn = 0; turn < 10; turn++)
        {
            (turn % 2 == 0 ? a : b).Radio.Transmit(Scene.Payload(12));
            await steps.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            await steps.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        }

        eventsA.Frames.Select(frame => frame.Bytes.ToArray()).ShouldAllBe(bytes => bytes.SequenceEqual(Scene.Payload(12)));
        eventsA.Frames.Count.ShouldBe(5);
        eventsB.Frames.Count.ShouldBe(5);
        eventsA.Faults.ShouldBeEmpty();
        eventsB.Faults.ShouldBeEmpty();
        ether.Transmissions.Count.ShouldBe(10);
    }
}
