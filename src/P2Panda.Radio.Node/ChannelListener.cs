using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Node;

/// <summary>
/// Tunes the radio and keeps it listening while nothing is sent: on the one channel of a profile, or, where a rule demands hopping, by
/// detections on all channels in turn.
/// </summary>
internal sealed class ChannelListener
{
    private readonly IRadio _radio;
    private readonly HopScan? _scan;
    private readonly TimeSpan _longestFrame;
    private TimeSpan? _listenUntil;

    /// <param name="radio">The radio.</param>
    /// <param name="home">The profile's channel.</param>
    /// <param name="scan">The channels to look at, where the rule demands hopping.</param>
    public ChannelListener(IRadio radio, RadioSettings home, HopScan? scan)
    {
        _radio = radio;
        _scan = scan;
        _longestFrame = ChannelTiming.LongestFrame(home.Modulation);
        Tuned = home;
    }

    /// <summary>What the radio is set to.</summary>
    public RadioSettings Tuned { get; private set; }

    /// <summary>Whether a detection of ours is under way; the radio can do nothing else until it is over.</summary>
    public bool IsDetecting { get; private set; }

    /// <summary>Whether a frame is coming in, or a detection has seen one begin.</summary>
    public bool IsHearing(TimeSpan now) =>
        (_radio.State == RadioState.Receiving && _radio.IsReceivingFrame()) || _listenUntil > now;

    public void Tune(RadioSettings settings)
    {
        _listenUntil = null;
        if (Tuned != settings)
        {
            _radio.Configure(settings);
            Tuned = settings;
        }
    }

    /// <summary>Listens, on this channel or wherever somebody speaks.</summary>
    /// <returns>When to be called again, or none.</returns>
    public TimeSpan? Listen(RadioSettings settings, TimeSpan now)
    {
        if (_scan is null)
        {
            Tune(settings);
            if (_radio.State == RadioState.Standby)
            {
                _radio.Receive();
            }

            return null;
        }

        if (_listenUntil is { } until)
        {
            if (now < until)
            {
                return until;
            }

            if (_radio.IsReceivingFrame() && now < until + _longestFrame)
            {
                return now + TimeSpan.FromMilliseconds(5);
            }

            _scan.MoveOn();
        }

        Tune(_scan.Settings);
        IsDetecting = true;
        _radio.DetectActivity();
        return null;
    }

    /// <summary>A detection is over.</summary>
    /// <returns>Whether it was one of ours.</returns>
    public bool DetectionCompleted(bool detected, TimeSpan now)
    {
        if (!IsDetecting)
        {
            return false;
        }

        IsDetecting = false;
        if (_scan!.Detected(detected))
        {
            _radio.Receive();
            _listenUntil = now + _scan.ListenFor;
        }

        return true;
    }

    /// <summary>A frame has come, good or corrupt.</summary>
    public void FrameCame()
    {
        if (_listenUntil is not null)
        {
            _listenUntil = null;
            _scan!.MoveOn();
        }
    }

    /// <summary>The radio failed and is back at the profile's channel.</summary>
    public void Reset(RadioSettings home)
    {
        Tuned = home;
        IsDetecting = false;
        _listenUntil = null;
    }
}
