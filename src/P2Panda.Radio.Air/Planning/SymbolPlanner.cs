using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Reassembly;

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
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(request.ForgedShare, 1, nameof(request));
        var maxFrameLength = MaxFrameLength(request);
        var (best, least) = (default(SymbolPlan), double.MaxValue);
        for (var k = 1; k <= Math.Min(request.MaxSourceSymbols, FrameFormat.MaxSourceSymbols); k++)
        {
            var symbolLength = (burstLength + k - 1) / k;
            var frameLength = symbolLength + FrameFormat.Overhead(k, request.Strict);
            if (frameLength > maxFrameLength)
            {
                continue;
            }

            var frameTime = TimeOnAir.Microseconds(request.Modulation, frameLength);
            var (frames, cost) = Cheapest(k, frameTime, request);
            if (cost < least && (k == 1 || SurvivesForgeries(k, frames, request)))
            {
                least = cost;
                best = new SymbolPlan(k, symbolLength, frames, frameLength, frames * frameTime, DeliveryProbability(k, frames, request));
            }
        }

        // A burst too long for a K that survives is better sent than not.
        return best ?? (request.ForgedShare > 0 ? Plan(burstLength, request with { ForgedShare = 0 }) : null);
    }

    /// <summary>How many frames to send, and the airtime they are expected to cost with what follows.</summary>
    private static (int Frames, double Microseconds) Cheapest(int sourceSymbols, long frameTime, PlanRequest request)
    {
        if (request.AskingAirtime is not { } asking)
        {
            var enough = FramesFor(sourceSymbols, request);
            return (enough, enough * frameTime);
        }

        // More than one asks, is answered with a frame or two, and some of it is lost again.
        const double Asks = 1.8;
        const double AnswerFrames = 1.8;
        var retry = (Asks * asking.TotalMicroseconds) + (AnswerFrames * frameTime);
        return Enumerable.Range(sourceSymbols, sourceSymbols + 1)
            .Select(frames => (frames, (frames * frameTime) + ((1 - Math.Pow(DeliveryProbability(sourceSymbols, frames, request), request.Receivers)) * retry)))
            .MinBy(plan => plan.Item2);
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

    /// <summary>Fewest frames of which K arrive with the wanted probability, losses coming as the request describes them.</summary>
    public static int FramesFor(int sourceSymbols, PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var frames = FramesFor(sourceSymbols, request.Loss, request.Probability);
        while (frames < 8 * FrameFormat.MaxSymbols && DeliveryProbability(sourceSymbols, frames, request) < request.Probability)
        {
            frames++;
        }

        return frames;
    }

    /// <summary>
    /// Fewest frames to send in each of several rounds, so far apart that a run of losses does not reach from one to the next, for K of
    /// all of them to arrive with the wanted probability.
    /// </summary>
    public static int FramesInEachRound(int sourceSymbols, int rounds, PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        var frames = (sourceSymbols + rounds - 1) / rounds;
        while (frames < FrameFormat.MaxSymbols && DeliveryProbability(sourceSymbols, frames, request, rounds) < request.Probability)
        {
            frames++;
        }

        return frames;
    }

    /// <summary>Probability that at least K frames arrive, losses coming as the request describes them.</summary>
    /// <param name="sourceSymbols">K.</param>
    /// <param name="frames">Frames in each round.</param>
    /// <param name="request">Loss, runs and spacing.</param>
    /// <param name="rounds">Rounds; a run of losses does not reach from one to the next.</param>
    public static double DeliveryProbability(int sourceSymbols, int frames, PlanRequest request, int rounds = 1)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.MeanLossRun * (1 - request.Loss) <= 1)
        {
            return DeliveryProbability(sourceSymbols, frames * rounds, request.Loss);
        }

        var one = new LossRuns(request.Loss, request.MeanLossRun, request.Spacing).Arrivals(frames, sourceSymbols);
        var all = one;
        for (var round = 1; round < rounds; round++)
        {
            var sum = new double[sourceSymbols + 1];
            for (var before = 0; before <= sourceSymbols; before++)
            {
                for (var now = 0; now <= sourceSymbols; now++)
                {
                    sum[Math.Min(before + now, sourceSymbols)] += all[before] * one[now];
                }
            }

            all = sum;
        }

        return all[sourceSymbols];
    }

    /// <summary>Fewest frames of which K arrive with the wanted probability, losses being independent.</summary>
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

    /// <summary>
    /// Whether a receiver that hears the expected share of the frames and of forgeries between them finds K honest symbols: by error
    /// correction, or because the subsets it tries are nineteen times of twenty enough.
    /// </summary>
    private static bool SurvivesForgeries(int sourceSymbols, int frames, PlanRequest request)
    {
        const double EnoughTries = 3;
        if (request.ForgedShare <= 0)
        {
            return true;
        }

        var honest = frames * (1 - request.Loss);
        var forged = frames * request.ForgedShare / (1 - request.ForgedShare);
        if (honest >= sourceSymbols + forged)
        {
            return true;
        }

        // The chance of a subset drawn at random to be honest, its newest symbol being so.
        var chance = 1.0;
        for (var drawn = 1; drawn < sourceSymbols; drawn++)
        {
            chance *= Math.Max(0, honest - drawn) / (honest + forged - drawn);
        }

        return chance * BurstDecoder.MaxSubsets >= EnoughTries;
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
