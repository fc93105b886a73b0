using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Simulation.Tests;

/// <summary>Keeps what a radio tells, and does what a test wants done about it.</summary>
internal sealed class RecordedEvents : IRadioEvents
{
    public List<ReceivedFrame> Frames { get; } = [];

    public int Corrupted { get; private set; }

    public int Transmitted { get; private set; }

    public List<bool> Activity { get; } = [];

    public List<RadioFault> Faults { get; } = [];

    public Action? OnTransmitted { get; set; }

    public Action<ReceivedFrame>? OnFrame { get; set; }

    public Action<RadioFault>? OnFault { get; set; }

    public void FrameReceived(ReceivedFrame frame)
    {
        Frames.Add(frame);
        OnFrame?.Invoke(frame);
    }

    public void FrameCorrupted() => Corrupted++;

    public void TransmitCompleted()
    {
        Transmitted++;
        OnTransmitted?.Invoke();
    }

    public void ActivityDetectionCompleted(bool detected) => Activity.Add(detected);

    public void Faulted(RadioFault fault)
    {
        Faults.Add(fault);
        OnFault?.Invoke(fault);
    }
}
