using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Links;

/// <summary>One neighbour's averages and counts.</summary>
internal sealed class Link(ulong neighbour, double requiredSnrDb)
{
    // A tenth of each new reading: twenty frames see a change through, one bad frame does not look like one.
    private const double Smoothing = 0.1;

    // Counts fade so that the last few hundred frames decide.
    private const double Memory = 300;

    // What signal strength alone suggests weighs as much as this many counted frames.
    private const double PriorFrames = 8;

    private double _rssi;
    private double _snr;
    private double _frequencyError;
    private double _sent;
    private double _lost;

    public ulong Neighbour => neighbour;

    public long FramesHeard { get; private set; }

    /// <summary>Frames the loss was counted over, fading.</summary>
    public double FramesCounted => _sent;

    public TimeSpan LastHeard { get; private set; }

    public void Heard(ReceivedFrame frame, TimeSpan now)
    {
        var weight = Math.Max(Smoothing, 1.0 / ++FramesHeard);
        _rssi += weight * (frame.RssiDbm - _rssi);
        _snr += weight * (frame.SnrDb - _snr);
        _frequencyError += weight * (frame.FrequencyErrorHz - _frequencyError);
        LastHeard = now;
    }

    public void Count(int sent, int lost)
    {
        var keep = Math.Max(0, 1 - (sent / Memory));
        _sent = (keep * _sent) + sent;
        _lost = (keep * _lost) + lost;
    }

    public LinkEstimate Estimate()
    {
        // From 5 % far above the demodulator's limit to all below it; half at the limit.
        var prior = 0.05 + (0.95 / (1 + Math.Exp(1.5 * (_snr - requiredSnrDb))));
        var frames = _sent + PriorFrames;
        var loss = (_lost + (PriorFrames * prior)) / frames;
        var bound = Math.Min(1, loss + (1.28 * Math.Sqrt(loss * (1 - loss) / (frames + 1))));
        return new LinkEstimate(neighbour, loss, bound, _rssi, _snr, _frequencyError, FramesHeard, LastHeard);
    }
}
