using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>The same work done the way others do it.</summary>
internal static class Baselines
{
    /// <summary>Bytes of burst name and index that an uncoded chunk needs.</summary>
    public const int ChunkHeader = 5;

    private const double WantInterval = 7.25;

    /// <summary>Equal chunks, all of them sent so many times.</summary>
    public static (double Delivered, double Seconds) Uncoded(LoraModulation modulation, int length, int chunks, int times, double loss)
    {
        var frame = ((length + chunks - 1) / chunks) + ChunkHeader;
        return (Math.Pow(1 - Math.Pow(loss, times), chunks), chunks * times * TimeOnAir.Of(modulation, frame).TotalSeconds);
    }

    /// <summary>One-frame entries, each sent twice: the share of entries that arrives.</summary>
    public static LossTrials EachTwice(int entries, double loss, int trials, int seed)
    {
        var random = new Random(seed);
        var delivered = 0L;
        var sent = trials / entries * entries;
        for (var entry = 0; entry < sent; entry++)
        {
            var first = random.NextDouble() >= loss;
            delivered += random.NextDouble() >= loss || first ? 1 : 0;
        }

        return LossTrials.From(delivered, sent, 0);
    }

    /// <summary>Equal chunks sent round after round until the airtime is spent; the last round may be incomplete.</summary>
    public static double Carousel(LoraModulation modulation, int length, int chunks, double seconds, double loss)
    {
        var frame = ((length + chunks - 1) / chunks) + ChunkHeader;
        var frames = (int)(seconds / TimeOnAir.Of(modulation, frame).TotalSeconds);
        var delivered = 1.0;
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            delivered *= 1 - Math.Pow(loss, (frames / chunks) + (chunk < frames % chunks ? 1 : 0));
        }

        return delivered;
    }

    /// <summary>One-frame entries sent in rounds until so many times their airtime is spent: the share of entries that arrives.</summary>
    public static double EntriesInRounds(int entries, double times, double loss)
    {
        var frames = (int)(entries * times);
        return Enumerable.Range(0, entries).Average(entry => 1 - Math.Pow(loss, (frames / entries) + (entry < frames % entries ? 1 : 0)));
    }

    /// <summary>Bytes of the 120-byte packets that carry an entry.</summary>
    public static int PullBytes(int length) => 120 * (1 + ((Math.Max(0, length - 48) + 99) / 100));

    /// <summary>
    /// Pulling 120-byte packets: a signed entry with 48 useful bytes, then chunks of 100 that are accepted in order only. The receiver asks
    /// every 7.25 s, in turn for the entry and for chunks; a responder that hears it sends the entry, or the next three chunks.
    /// </summary>
    /// <returns>Mean number of frames, wants included, and mean seconds until the last byte.</returns>
    public static (double Frames, double Seconds) Pull(int length, double loss, int trials, int seed)
    {
        var random = new Random(seed);
        var totalFrames = 0L;
        var totalWants = 0L;
        var chunks = (length - 48 + 99) / 100;
        for (var trial = 0; trial < trials; trial++)
        {
            var hasEntry = false;
            var next = 0;
            for (var want = 0; !hasEntry || next < chunks; want++)
            {
                totalWants++;
                totalFrames++;
                var heard = random.NextDouble() >= loss;
                if (want % 2 == 0)
                {
                    if (heard && !hasEntry)
                    {
                        totalFrames++;
                        hasEntry = random.NextDouble() >= loss;
                    }
                }
                else if (heard && hasEntry)
                {
                    var expected = next;
                    for (var packet = expected; packet < Math.Min(expected + 3, chunks); packet++)
                    {
                        totalFrames++;
                        next += random.NextDouble() >= loss && packet == next ? 1 : 0;
                    }
                }
            }
        }

        return ((double)totalFrames / trials, WantInterval * totalWants / trials);
    }
}
