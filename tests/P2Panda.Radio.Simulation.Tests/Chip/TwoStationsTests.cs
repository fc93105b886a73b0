using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Tests.Chip;

public class TwoStationsTests
{
    [Fact]
    public void AFrameCrossesTheEther()
    {
        using var scene = new Scene();
        var a = scene.Add("A");
        var b = scene.Add("B");
        scene.Ether.Connect("A", "B", new Link(PathLossDb: 120));
        b.Radio.Receive();
        var frame = Scene.Payload(64);
        a.Radio.Transmit(frame);
        a.Radio.State.ShouldBe(RadioState.Transmitting);
        scene.Run(1);

        scene.EventsOf("A").Transmitted.ShouldBe(1);
        a.Radio.State.ShouldBe(RadioState.Standby);
        var received = scene.EventsOf("B").Frames.ShouldHaveSingleItem();
        received.Bytes.ToArray().ShouldBe(frame);
        received.RssiDbm.ShouldBe(-106, 1);
        received.SnrDb.ShouldBe(11, 1);
        received.FrequencyErrorHz.ShouldBe(0, 100);
        scene.Ether.Counts("A", "B").Delivered.ShouldBe(1);
        scene.Ether.Transmissions.ShouldHaveSingleItem().Bytes.ToArray().ShouldBe(frame);
        a.Chip.Violations.ShouldBeEmpty();
        b.Chip.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void AConversationRunsInVirtualTime()
    {
        using var scene = new Scene();
        var a = scene.Add("A");
        var b = scene.Add("B");
        scene.Ether.ConnectAll();
        scene.EventsOf("A").OnTransmitted = a.Radio.Receive;
        scene.EventsOf("B").OnTransmitted = b.Radio.Receive;
        scene.EventsOf("A").OnFrame = frame => a.Radio.Transmit(frame.Bytes.Span);
        scene.EventsOf("B").OnFrame = frame => b.Radio.Transmit(frame.Bytes.Span);
        b.Radio.Receive();
        a.Radio.Transmit(Scene.Payload(20));
        scene.Run(60);

        // 56.576 ms each way, and the answer begins at the instant the frame ends.
        scene.EventsOf("A").Frames.Count.ShouldBeInRange(529, 531);
        scene.EventsOf("A").Faults.ShouldBeEmpty();
        scene.EventsOf("B").Faults.ShouldBeEmpty();
        scene.Ether.Counts("A", "B").Lost.ShouldBe(0);
    }
}
