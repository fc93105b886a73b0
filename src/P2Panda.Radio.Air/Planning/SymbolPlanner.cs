using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Air.Planning;

/// <summary>
/// Chooses number and length of symbols so that the wanted delivery costs the least airtime, which is rarely what fills frames: more and
/// shorter frames buy finer steps of redundancy, fewer and longer ones save preambles.
/// </summary>
public static class SymbolPlanner
{
    /// <summary>The cheapest plan, or none when the burst does not fit.</summary>
    /// <param name="burstLength">Bytes before padding.</param>
    /// <param name="request">What to reach.</param>
    public static SymbolPlan? Plan(int burstLength, PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(burstLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Loss, 0, nameof(request));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(request.Loss, 1, nameof(request));
        var maxFrameLength = MaxFrameLength(request);
        var best = default(SymbolPlan);
        for (var k = 1; k <= Math.Min(request.MaxSourceSymbols, FrameFormat.MaxSourceSymbols); k++)
        {
            var symbolLength = (burstLength + k - 1) / k;
            var frameLength = symbolLength + FrameFormat.Overhead(k, request.Strict);
            if (frameLength > maxFrameLength)
            {
                continue;
            }

            var frames = FramesFor(k, request.Loss, request.Probability);
            var airtime = frames * TimeOnAir.Microseconds(request.Modulation, frameLength);
            if (best is null || airtime < best.AirtimeMicroseconds)
            {
                best = new SymbolPlan(k, symbolLength, frames, frameLength, airtime, DeliveryProbability(k, frames, request.Loss));
            }
        }

        return best;
    }

    /// <summary>Longest burst that fits one plan, before padding.</summary>
    public static int MaxBurstLength(PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var frame = MaxFrameLength(request);
        var several = request.MaxSourceSymbols * (frame - FrameFormat.Overhead(2, request.Strict));
        return request.MaxSourceSymbols == 1 ? frame - FrameFormat.Overhead(1, request.Strict) : several;
    }

    /// <summary>Longest frame within length and dwell limits, in bytes.</summary>
    public static int MaxFrameLength(PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var length = request.MaxFrameLength;
        while (request.MaxDwell is { } dwell && length > 0 && TimeOnAir.Of(request.Modulation, length) > dwell)
        {
            length--;
        }

        return length;
    }

    /// <summary>Fewest frames of which K arrive with the wanted probability.</summary>
    public static int FramesFor(int sourceSymbols, double loss, double probability)
    {
        for (var frames = sourceSymbols; ; frames++)
        {
            if (frames >= 8 * FrameFormat.MaxSymbols || DeliveryProbability(sourceSymbols, frames, loss) >= probability)
            {
                return frames;
            }
        }
    }

    /// <summary>Probability that at least K of so many frames arrive, losses being independent.</summary>
    public static double DeliveryProbability(int sourceSymbols, int frames, double loss)
    {
        // Sum of the binomial's lower terms, each from the one before, in logarithms so that long sums neither overflow nor vanish.
        if (loss <= 0)
        {
            return frames >= sourceSymbols ? 1 : 0;
        }

        var missing = 0.0;
        var logTerm = frames * Math.Log(loss);
        for (var arrived = 0; arrived < sourceSymbols && arrived <= frames; arrived++)
        {
            missing += Math.Exp(logTerm);
            logTerm += Math.Log((frames - arrived) / (arrived + 1.0)) + Math.Log((1 - loss) / loss);
        }

        return Math.Max(0, 1 - missing);
    }
}
