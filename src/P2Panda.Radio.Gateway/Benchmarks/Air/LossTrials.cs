using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Bursts;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>What a lossy link delivers.</summary>
/// <param name="Delivered">Share of trials in which the work arrived whole.</param>
/// <param name="Low">Lower end of the 95 % confidence interval (Wilson).</param>
/// <param name="High">Its upper end.</param>
/// <param name="Trials">Trials.</param>
/// <param name="DecodedTrials">Those of them in which the shipped receiver decoded every frame that got through.</param>
internal sealed record LossTrials(double Delivered, double Low, double High, int Trials, int DecodedTrials)
{
    public const int DefaultTrials = 60_000;

    private const int FullyDecoded = 1_500;

    /// <summary>
    /// Sends the planned frames of one burst many times over a link with independent losses. In the first trials the shipped receiver
    /// takes every frame that arrives and must agree with the count of different symbols, which decides the rest.
    /// </summary>
    public static LossTrials Of(
        Func<OutgoingBurst> write, AirStation receiver, PublicKey sender, double loss, int seed, int trials = DefaultTrials)
    {
        var random = new Random(seed);
        var delivered = 0;
        var burst = write();
        var k = burst.Key.SourceSymbols;
        var frames = burst.Plan!.Frames;
        for (var trial = 0; trial < trials; trial++)
        {
            var arrived = 0;
            if (trial < FullyDecoded)
            {
                var completed = false;
                var air = receiver.NewReceiver(sender);
                burst = write();
                for (var sent = 0; sent < frames; sent++)
                {
                    var frame = burst.NextFrame();
                    if (random.NextDouble() >= loss)
                    {
                        arrived++;
                        completed |= air.Receive(frame, TimeSpan.FromSeconds(sent)).Burst is { Entries.Count: > 0 };
                    }
                }

                if (completed != arrived >= k)
                {
                    throw new InvalidOperationException($"{arrived} of {k} symbols arrived, and the receiver says otherwise.");
                }
            }
            else
            {
                for (var sent = 0; sent < frames; sent++)
                {
                    arrived += random.NextDouble() >= loss ? 1 : 0;
                }
            }

            delivered += arrived >= k ? 1 : 0;
        }

        return From(delivered, trials, Math.Min(trials, FullyDecoded));
    }

    /// <summary>What stands beside the figure.</summary>
    public string ToNote() => FormattableString.Invariant($"95 % CI {Low:f4}–{High:f4}, {Trials} trials, {DecodedTrials} decoded");

    public static LossTrials From(long delivered, int trials, int decodedTrials)
    {
        const double Z = 1.96;
        var share = (double)delivered / trials;
        var centre = (share + (Z * Z / (2 * trials))) / (1 + (Z * Z / trials));
        var half = Z * Math.Sqrt((share * (1 - share) / trials) + (Z * Z / (4.0 * trials * trials))) / (1 + (Z * Z / trials));
        return new LossTrials(share, centre - half, centre + half, trials, decodedTrials);
    }
}
