using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>
/// A log of updates, pushed one by one, each record leaning on the one before: what a receiver that misses some can read at once, what
/// waits for a predecessor, and what it costs to make good. Every record that is lost is asked for and sent once more, written so that it
/// leans on nothing; that brings back what waited for it. Beside it the same with the backlink written out in every record.
/// </summary>
internal static class UpdateChains
{
    private const int Updates = 40;
    private const int Trials = 60;

    public static IEnumerable<Figure> Run(IProgress<string> progress)
    {
        progress.Report("chains of updates under loss");
        using var author = AirCorpus.Key(41);
        var log = new List<VerifiedEntry>();
        while (log.Count <= Updates)
        {
            log.Add(AirCorpus.Append(author, log, AirCorpus.Write(log, $"{log.Count}: {AirCorpus.ChatLines[log.Count % AirCorpus.ChatLines.Count]}")));
        }

        foreach (var (name, encode) in new[]
        {
            ("context", new EncodeOptions { AssumeSharedTerms = true }),
            ("backlinks", new EncodeOptions { AssumeSharedTerms = true, IsShared = (_, _) => false }),
        })
        {
            foreach (var loss in new[] { 0.02, 0.1, 0.2 })
            {
                var total = Totals(log, encode, loss);
                var id = FormattableString.Invariant($"chain.{name}.{loss * 100:f0}%");
                var entries = (double)Updates * Trials;
                yield return new Figure($"{id}.at-once", "share", total.AtOnce / entries, Better.Higher) { Note = "readable the moment its burst arrived" };
                yield return new Figure($"{id}.complete", "share", total.Complete / entries, Better.Higher)
                {
                    Note = $"after what was lost had been asked for, in {total.Repairs / (double)Trials:f1} entries of {Updates}",
                };
                yield return new Figure($"{id}.bytes", "bytes an entry", total.Bytes / entries, Better.Lower) { Note = "on the air, repairs counted" };
            }
        }
    }

    private static (int AtOnce, int Complete, int Repairs, long Bytes) Totals(List<VerifiedEntry> log, EncodeOptions encode, double loss)
    {
        var random = new Random(42);
        var once = new PlanRequest { Modulation = new LoraModulation { SpreadingFactor = 7, BandwidthHz = 125_000 }, Loss = 0, MaxSourceSymbols = 1 };
        var sender = new AirStation(6, log);
        var frames = log[1..].ConvertAll(entry => sender.Writer.WriteEntries([entry], once, encode).Single().NextFrame());
        var repairs = log[1..].ConvertAll(entry =>
            sender.Writer.WriteEntries([entry], once, new EncodeOptions { Encoding = EntryEncoding.Standalone }).Single().NextFrame());
        var total = (AtOnce: 0, Complete: 0, Repairs: 0, Bytes: 0L);
        for (var trial = 0; trial < Trials; trial++)
        {
            var receiver = new AirStation(7, log[..1]);
            var air = receiver.NewReceiver();
            var read = new HashSet<ulong>();
            bool Hear(byte[] frame, VerifiedEntry entry)
            {
                total.Bytes += frame.Length;
                if (random.NextDouble() < loss || air.Receive(frame, TimeSpan.Zero).Burst is not { } burst)
                {
                    return false;
                }

                read.UnionWith(burst.Entries.Select(item => item.SequenceNumber));
                return read.Contains(entry.SequenceNumber);
            }

            for (var index = 0; index < Updates; index++)
            {
                total.AtOnce += Hear(frames[index], log[index + 1]) ? 1 : 0;
            }

            // From the oldest: what it brings back need not be asked for.
            for (var index = 0; index < Updates; index++)
            {
                while (!read.Contains(log[index + 1].SequenceNumber))
                {
                    total.Repairs++;
                    Hear(repairs[index], log[index + 1]);
                }
            }

            total.Complete += read.Count;
        }

        return total;
    }
}
