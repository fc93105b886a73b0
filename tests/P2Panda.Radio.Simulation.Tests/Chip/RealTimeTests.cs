using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Tests.Chip;

public class RealTimeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The same model, driver and ether on the system's clock, with several threads at work.</summary>
    [Fact]
    public async Task StationsTalkInRealTime()
    {
        var ether = new SimulatedEther(TimeProvider.System);
        using var a = new SimulatedStation(ether, "A");
        using var b = new SimulatedStation(ether, "B");
        ether.ConnectAll();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (eventsA, eventsB) = (new RecordedEvents(), new RecordedEvents());
        a.Radio.Start(Scene.Settings, eventsA);
        b.Radio.Start(Scene.Settings, eventsB);
        eventsA.OnTransmitted = a.Radio.Receive;
        eventsB.OnTransmitted = b.Radio.Receive;
        eventsB.OnFrame = frame => b.Radio.Transmit(frame.Bytes.Span);
        eventsA.OnFrame = frame =>
        {
            if (eventsA.Frames.Count == 5)
                done.SetResult();
            else
                a.Radio.Transmit(frame.Bytes.Span);
        };
        b.Radio.Receive();
        a.Radio.Transmit(Scene.Payload(12));
        await done.Task.WaitAsync(Patience);

        eventsA.Frames.Select(frame => frame.Bytes.ToArray()).ShouldAllBe(bytes => bytes.SequenceEqual(Scene.Payload(12)));
        eventsA.Faults.ShouldBeEmpty();
        eventsB.Faults.ShouldBeEmpty();
        ether.Transmissions.Count.ShouldBe(10);
    }
}
