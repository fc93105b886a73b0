namespace P2Panda.Radio.Air.Planning;

/// <summary>
/// Losses that come in runs: a channel with a state in which frames arrive and one in which they are lost (Gilbert, "Capacity of a
/// Burst-Noise Channel", 1960). Frames of other bursts sent in between, and pauses between rounds, break runs up.
/// </summary>
internal readonly struct LossRuns
{
    private readonly double _loss;
    private readonly double _persistence;

    /// <param name="loss">Share of frames lost, 0 to below 1.</param>
    /// <param name="meanRun">Mean number of frames lost in a row; what independent losses have, or less, stands for independence.</param>
    /// <param name="spacing">Frames of others between two of the burst's own.</param>
    public LossRuns(double loss, double meanRun, int spacing)
    {
        _loss = loss;

        // What the state remembers from one frame to the next; independent losses have a mean run of 1 / (1 − loss).
        var memory = 1 - (1 / (Math.Max(meanRun, 1 / (1 - loss)) * (1 - loss)));
        _persistence = Math.Pow(memory, spacing + 1);
    }

    /// <summary>Probability of each number of arrivals among frames sent one after another; the last counts that many and more.</summary>
    /// <param name="frames">Frames sent.</param>
    /// <param name="most">Arrivals told apart.</param>
    public double[] Arrivals(int frames, int most)
    {
        // Pairs of (arrived, state of the channel), frame by frame.
        var good = new double[most + 1];
        var bad = new double[most + 1];
        good[0] = 1 - _loss;
        bad[0] = _loss;
        for (var frame = 0; frame < frames; frame++)
        {
            if (frame > 0)
            {
                for (var arrived = 0; arrived <= most; arrived++)
                {
                    var (wasGood, wasBad) = (good[arrived], bad[arrived]);
                    var turnsBad = (wasGood + wasBad) * _loss * (1 - _persistence);
                    bad[arrived] = turnsBad + (wasBad * _persistence);
                    good[arrived] = wasGood + wasBad - bad[arrived];
                }
            }

            good[most] += most > 0 ? good[most - 1] : 0;
            for (var arrived = most - 1; arrived > 0; arrived--)
            {
                good[arrived] = good[arrived - 1];
            }

            if (most > 0)
            {
                good[0] = 0;
            }
        }

        return [.. good.Zip(bad, (left, right) => left + right)];
    }
}
