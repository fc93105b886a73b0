using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Air.Access;

/// <summary>
/// The receiving side of hopping: detections on all channels in turn until one sees a preamble; then the frame there, then on. To drive
/// it: detect activity on <see cref="Settings"/>, report, and when <see cref="Detected"/> says so receive there until a frame came or
/// <see cref="ListenFor"/> has passed.
/// </summary>
public sealed class HopScan
{
    /// <summary>Retuning between detections on a slow host: PLL lock and a handful of register writes.</summary>
    public static readonly TimeSpan Retune = TimeSpan.FromMilliseconds(1);

    private readonly HoppingRule _rule;
    private readonly RadioSettings _settings;
    private int _channel;

    /// <summary>Scans the channels of a rule.</summary>
    public HopScan(HoppingRule rule, RadioSettings settings)
    {
        _rule = rule;
        _settings = settings with { Modulation = HopSequence.WithScanPreamble(settings.Modulation, rule) };
    }

    /// <summary>Where to look now.</summary>
    public RadioSettings Settings => _settings with { FrequencyHz = _rule.ChannelHz(_channel) };

    /// <summary>How long to receive after a detection before it was a false alarm: the rest of a preamble and the header.</summary>
    public TimeSpan ListenFor => TimeOnAir.Of(_settings.Modulation, 1);

    /// <summary>Length of one round over all channels.</summary>
    public static TimeSpan Round(LoraModulation modulation, HoppingRule rule) =>
        rule.Channels * (ChannelTiming.ActivityDetection(modulation) + Retune);

    /// <summary>A detection is over.</summary>
    /// <returns>Whether to receive on this channel now; otherwise <see cref="Settings"/> has moved on.</returns>
    public bool Detected(bool activity)
    {
        if (!activity)
        {
            MoveOn();
        }

        return activity;
    }

    /// <summary>The frame has come, or nothing has: on to the next channel.</summary>
    public void MoveOn() => _channel = (_channel + 1) % _rule.Channels;
}
