using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Sx127x;

/// <summary>An event on its way to the radio's user.</summary>
internal readonly record struct RadioNotice(RadioNotice.Kind What, ReceivedFrame? Frame = null, RadioFault? Fault = null)
{
    public enum Kind
    {
        FrameReceived,
        FrameCorrupted,
        TransmitCompleted,
        ChannelIdle,
        ChannelActive,
        Faulted,
    }

    public void Tell(IRadioEvents events)
    {
        switch (What)
        {
            case Kind.FrameReceived:
                events.FrameReceived(Frame!);
                break;
            case Kind.FrameCorrupted:
                events.FrameCorrupted();
                break;
            case Kind.TransmitCompleted:
                events.TransmitCompleted();
                break;
            case Kind.ChannelIdle:
                events.ActivityDetectionCompleted(detected: false);
                break;
            case Kind.ChannelActive:
                events.ActivityDetectionCompleted(detected: true);
                break;
            case Kind.Faulted:
                events.Faulted(Fault!);
                break;
        }
    }
}
