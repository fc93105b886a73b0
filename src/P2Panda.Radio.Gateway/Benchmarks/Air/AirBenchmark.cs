using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>What a second of airtime carries: one entry, a short update, a chat, and the length of records; beside how others do it.</summary>
internal sealed class AirBenchmark : Benchmark
{
    private static readonly LoraModulation Sf7 = new() { SpreadingFactor = 7, BandwidthHz = 125_000 };

    public override string Name => "air";

    public override string Description => "entries over a lossy link: airtime and delivery (A1 to A4)";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation) =>
        LongEntry(progress).Concat(ShortUpdate(progress)).Concat(Chat(progress)).Concat(Records(progress)).Concat(UpdateChains.Run(progress)).Select(figure =>
        {
            cancellation.ThrowIfCancellationRequested();
            return figure;
        });

    private static PlanRequest Plan(double probability, double loss = 0.2) =>
        new() { Modulation = Sf7, Loss = loss, Probability = probability };

    private static IEnumerable<Figure> LongEntry(IProgress<string> progress)
    {
        // Random text is not to be compressed: whatever the text coder might gain from its being printable is left out.
        var log = AirCorpus.LogEndingInUpdate(8, 1000, 11);
        progress.Report($"A1: an update of {AirCorpus.RawLength(log[^1])} raw bytes");
        var uncompressed = new EncodeOptions { Compress = false };
        var compressed = new EncodeOptions { AssumeSharedTerms = true, CodeStrings = false };
        foreach (var figure in Link("A1a", log, true, uncompressed, 0.98, 3.2)
            .Concat(Link("A1b", log, false, compressed, 0.99, 2.75))
            .Concat(Link("A1b.sealed", log, true, compressed, 0.99, null)))
        {
            yield return figure;
        }

        foreach (var figure in Others("A1", 1000, 5, 3.2, 31, 113))
        {
            yield return figure;
        }
    }

    private static IEnumerable<Figure> ShortUpdate(IProgress<string> progress)
    {
        var compressed = new EncodeOptions { AssumeSharedTerms = true, CodeStrings = false };
        foreach (var (name, sequenceNumber) in new[] { ("A2", 7), ("A2.skiplink", 8) })
        {
            var log = AirCorpus.LogEndingInUpdate(sequenceNumber, 350, 12);
            progress.Report($"{name}: an update of {AirCorpus.RawLength(log[^1])} raw bytes");
            foreach (var figure in Link($"{name}a", log, false, compressed, 0.98, 0.65).Concat(Link($"{name}b", log, true, compressed, 0.97, 0.80)))
            {
                yield return figure;
            }
        }

        foreach (var figure in Others("A2", 350, 2, 0.65, 14, 58))
        {
            yield return figure;
        }
    }

    private static IEnumerable<Figure> Link(
        string id, List<VerifiedEntry> log, bool isGatewaySealed, EncodeOptions encode, double probability, double? maxSeconds)
    {
        var sender = new AirStation(1, log, isGatewaySealed);
        var receiver = new AirStation(2, log[..^1]);
        OutgoingBurst Write() => sender.Writer.WriteEntries([log[^1]], Plan(probability), encode).Single();
        var plan = Write().Plan!;
        var seconds = plan.AirtimeMicroseconds / 1e6;
        var trials = LossTrials.Of(Write, receiver, sender.PublicKey, 0.2, 21);
        var cut = $"K {plan.SourceSymbols}, {plan.Frames} frames of {plan.FrameLength} bytes";
        yield return new Figure($"{id}.airtime", "s", seconds, Better.Lower, maxSeconds) { Note = cut };
        yield return new Figure($"{id}.delivered", "share", trials.Delivered, Better.Higher, maxSeconds is null ? null : probability)
        {
            Note = trials.ToNote(),
        };
        yield return new Figure($"{id}.exact", "share", plan.Probability, Better.Higher, maxSeconds is null ? null : probability)
        {
            Note = "exact binomial",
        };
    }

    private static IEnumerable<Figure> Others(string id, int length, int chunks, double airtime, double pullFrames, double pullSeconds)
    {
        var (delivered, seconds) = Baselines.Uncoded(Sf7, length, chunks, 2, 0.2);
        yield return new Figure($"{id}.uncoded-twice.delivered", "share", delivered, Better.Higher) { Note = $"{chunks} chunks twice" };
        yield return new Figure($"{id}.uncoded-twice.airtime", "s", seconds, Better.Lower);
        yield return new Figure($"{id}.carousel.delivered", "share", Baselines.Carousel(Sf7, length, chunks, airtime, 0.2), Better.Higher)
        {
            Note = $"the same chunks in rounds for {airtime} s",
        };
        var (frames, waited) = Baselines.Pull(length, 0.2, 100_000, 31);
        yield return new Figure($"{id}.pull.frames-off", "share", Math.Abs((frames / pullFrames) - 1), Better.Lower, 0.15)
        {
            Note = $"{frames:f1} frames, {pullFrames} to reproduce",
        };
        yield return new Figure($"{id}.pull.seconds-off", "share", Math.Abs((waited / pullSeconds) - 1), Better.Lower, 0.15)
        {
            Note = $"{waited:f1} s, {pullSeconds} to reproduce",
        };
    }

    private static IEnumerable<Figure> Chat(IProgress<string> progress)
    {
        progress.Report("A3: twenty lines of chat");
        var entries = AirCorpus.Chat(5);
        var sender = new AirStation(3, entries);
        var encode = new EncodeOptions { AssumeSharedTerms = true };
        var single = entries.Sum(entry => sender.Writer.WriteEntries([entry], Plan(0), encode).Single().Plan!.AirtimeMicroseconds);
        yield return new Figure("A3.single", "s", single / 1e6, Better.Lower) { Note = "every entry once, as an author-sealed frame: 1.0" };
        foreach (var loss in new[] { 0.2, 0.4 })
        {
            // An entry is one frame here; what is delivered does not depend on its length.
            var twice = Baselines.EachTwice(entries.Count, loss, LossTrials.DefaultTrials, 23);
            yield return new Figure(FormattableString.Invariant($"A3.twice-{loss * 100:f0}.delivered"), "share", twice.Delivered, Better.Higher)
            {
                Note = $"every entry sent twice as a frame, at 2.0; 95 % CI {twice.Low:f4}–{twice.High:f4}, {twice.Trials} trials; exact {1 - (loss * loss):f4}",
            };
        }

        yield return new Figure("A3.carousel.delivered", "share", Baselines.EntriesInRounds(entries.Count, 1.6, 0.2), Better.Higher)
        {
            Note = "the same frames in rounds, at 1.6",
        };
        var (pullFrames, pullSeconds) = Baselines.Pull((int)entries.Average(AirCorpus.RawLength), 0.2, 100_000, 31);
        yield return new Figure("A3.pull.frames", "frames", entries.Count * pullFrames, Better.Lower)
        {
            Note = $"one entry after another in {entries.Count * pullSeconds:f0} s",
        };

        foreach (var (name, batches, loss, probability, maxRatio) in new (string, int, double, double, double?)[]
        {
            ("A3.together", 1, 0.2, 0.98, 1.60),
            ("A3.arriving", 2, 0.2, 0.98, 1.75),
            ("A3.together-40", 1, 0.4, 0.84, 2.0),
            ("A3.arriving-40", 2, 0.4, 0.84, 2.0),
            ("A3.together-sealed", 1, 0.2, 0.98, null),
            ("A3.arriving-sealed", 2, 0.2, 0.98, null),
        })
        {
            sender = new AirStation(3, entries, alwaysAttribute: maxRatio is null);
            var airtime = 0L;
            var delivered = 0L;
            var trials = 0;
            var decoded = 0;
            var exact = 0.0;
            var note = string.Empty;
            foreach (var batch in entries.Chunk(entries.Count / batches))
            {
                OutgoingBurst Write() => sender.Writer.WriteEntries(batch, Plan(probability, loss), encode).Single();
                var plan = Write().Plan!;

                // The authors are known to the receiver, these entries are not.
                var receiver = new AirStation(4, AirCorpus.LogEndingInUpdate(1, 400, 0));
                foreach (var entry in entries)
                {
                    receiver.Dictionary.LearnAuthor(entry.Log.Author);
                }

                airtime += plan.AirtimeMicroseconds;
                var link = LossTrials.Of(Write, receiver, sender.PublicKey, loss, 22);
                delivered += (long)Math.Round(link.Delivered * link.Trials);
                trials += link.Trials;
                decoded += link.DecodedTrials;
                exact += plan.Probability / batches;
                note += $"K {plan.SourceSymbols}, {plan.Frames} frames of {plan.FrameLength}; ";
            }

            yield return new Figure($"{name}.airtime", "ratio", (double)airtime / single, Better.Lower, maxRatio) { Note = note };
            double? target = maxRatio is null ? null : probability;
            var all = LossTrials.From(delivered, trials, decoded);
            yield return new Figure($"{name}.delivered", "share", all.Delivered, Better.Higher, target) { Note = all.ToNote() };
            yield return new Figure($"{name}.exact", "share", exact, Better.Higher, target) { Note = "exact binomial" };
        }
    }

    private static IEnumerable<Figure> Records(IProgress<string> progress)
    {
        progress.Report("A4: records of complete logs");
        var entries = AirCorpus.ReadVectors();
        var station = new AirStation(5, entries);
        var raw = entries.Average(AirCorpus.RawLength);
        foreach (var (name, encode, meanTarget, maxTarget) in new (string, EncodeOptions, double?, double?)[]
        {
            ("A4.warm", new EncodeOptions { AssumeSharedTerms = true, CodeStrings = false }, 78, 90),
            ("A4.canonical", new EncodeOptions { Encoding = EntryEncoding.Canonical, CodeStrings = false }, null, null),
            ("A4.cold", new EncodeOptions { Encoding = EntryEncoding.Standalone, CodeStrings = false }, null, null),
        })
        {
            var lengths = entries.Select(entry => station.Writer.RecordLength(entry, encode) - StringBytes(entry)).ToList();
            yield return new Figure($"{name}.mean", "bytes", lengths.Average(), Better.Lower, meanTarget)
            {
                Note = $"{entries.Count} entries, {raw:f0} bytes raw",
            };
            yield return new Figure($"{name}.max", "bytes", lengths.Max(), Better.Lower, maxTarget);
        }

        yield return new Figure("A4.pull", "bytes", entries.Average(entry => Baselines.PullBytes(AirCorpus.RawLength(entry))), Better.Lower)
        {
            Note = "120-byte packets, the first with 48 bytes of an entry and the others with 100, strings and all",
        };
        yield return new Figure(
            "A4.with-strings",
            "bytes",
            entries.Average(entry => station.Writer.RecordLength(entry, new EncodeOptions { AssumeSharedTerms = true })),
            Better.Lower)
        { Note = "strings coded and counted" };
    }

    private static int StringBytes(VerifiedEntry entry)
    {
        var operation = Operation.Decode(entry.PayloadBytes!.Value).Operation!;
        return operation.Fields?.Where(field => field.Value.Kind == PlainValueKind.String)
            .Sum(field => System.Text.Encoding.UTF8.GetByteCount(field.Value.AsString)) ?? 0;
    }
}
