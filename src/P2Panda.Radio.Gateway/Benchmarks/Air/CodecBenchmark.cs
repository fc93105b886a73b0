using System.Diagnostics;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>
/// How fast bursts are coded, sealed and compressed on one thread, with zfec beside; and what compression saves by kind of entry.
/// </summary>
internal sealed class CodecBenchmark : Benchmark
{
    private const int Turns = 5;
    private const int Mebibyte = 1 << 20;
    private const double ZfecRatio = 2;

    private static readonly PlanRequest Once = new()
    {
        Modulation = new LoraModulation { SpreadingFactor = 7, BandwidthHz = 125_000 },
        Loss = 0,
    };

    public override string Name => "codec";

    public override string Description => "erasure code beside zfec, seals and compression: speed, and bytes on air by kind of entry";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        using var zfec = new ZfecProcess();
        foreach (var k in new[] { 4, 8, 32 })
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report($"erasure code, K = {k}");
            foreach (var figure in Erasure(k, zfec))
            {
                yield return figure;
            }
        }

        progress.Report("seals and compression");
        foreach (var figure in Seals().Concat(Compression()).Concat(Sizes()))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return figure;
        }
    }

    private static IEnumerable<Figure> Erasure(int k, ZfecProcess zfec)
    {
        const int FrameSymbol = 200;
        var small = Enumerable.Range(0, Turns).Select(_ => Measure(k, FrameSymbol, repeats: 400_000 / (k * k))).ToList();
        var note = $"K = {k}, {k} repair symbols of 200 bytes, median of {Turns}";
        yield return Speed($"codec.K{k}.200B.encode", k * FrameSymbol, small.Select(times => times.Encode), note);
        yield return Speed($"codec.K{k}.200B.decode", k * FrameSymbol, small.Select(times => times.Decode), note);

        var ours = new List<(double Encode, double Decode)>();
        var theirs = new List<(double Encode, double Decode)>();
        for (var turn = 0; turn < Turns; turn++)
        {
            ours.Add(Measure(k, Mebibyte, repeats: 1));
            theirs.Add(zfec.Measure(k, Mebibyte, repeats: 1));
        }

        note = $"K = {k}, {k} repair symbols of 1 MiB, median of {Turns}, taking turns";
        foreach (var (what, mine, other) in new[]
        {
            ("encode", ours.Select(times => times.Encode), theirs.Select(times => times.Encode)),
            ("decode", ours.Select(times => times.Decode), theirs.Select(times => times.Decode)),
        })
        {
            var speed = Speed($"codec.K{k}.1MiB.{what}", k * Mebibyte, mine, note);
            var reference = Speed($"codec.K{k}.1MiB.{what}-zfec", k * Mebibyte, other, note);
            yield return speed;
            yield return reference;
            yield return new Figure($"codec.K{k}.1MiB.{what}-ratio", "of zfec", speed.Measured / reference.Measured, Better.Higher, ZfecRatio);
        }
    }

    private static Figure Speed(string id, int sourceBytes, IEnumerable<double> seconds, string note) =>
        new(id, "MB/s", sourceBytes / seconds.Order().ElementAt(Turns / 2) / 1e6, Better.Higher) { Note = note };

    /// <summary>Seconds for K repair symbols, and for rebuilding the source from them alone.</summary>
    private static (double Encode, double Decode) Measure(int k, int length, int repeats)
    {
        var code = ErasureCode.For(k);
        var source = new byte[k * length];
        new Random(k).NextBytes(source);
        var coded = new byte[k * length];
        var decoded = new byte[k * length];
        var ids = Enumerable.Range(k, k).Select(id => (byte)id).ToArray();
        void Encode()
        {
            for (var index = 0; index < k; index++)
            {
                code.Encode(source, k + index, coded.AsSpan(index * length, length));
            }
        }

        // Once before, so that neither code nor memory is met for the first time.
        Encode();
        code.Decode(ids, coded, decoded);
        var encode = Time(Encode, repeats);
        var decode = Time(() => code.Decode(ids, coded, decoded), repeats);
        return decoded.AsSpan().SequenceEqual(source)
            ? (encode, decode)
            : throw new InvalidOperationException("What was decoded is not what was encoded.");
    }

    private static IEnumerable<Figure> Seals()
    {
        const int Bursts = 3_000;
        var sender = new AirStation(1, []);
        var receiver = new AirStation(2, []).NewReceiver(sender.PublicKey);
        var body = new byte[100];
        var frames = new List<byte[]>(Bursts);
        var seal = Time(() => frames.Add(sender.Writer.Write(BurstKind.Want, body, Once with { MaxSourceSymbols = 1 }).NextFrame()), Bursts);
        var next = 0;
        var opened = 0;
        var open = Time(() => opened += receiver.Receive(frames[next++], TimeSpan.Zero).Verdict == FrameVerdict.Completed ? 1 : 0, Bursts);
        if (opened != Bursts)
        {
            throw new InvalidOperationException($"Only {opened} of {Bursts} sealed bursts were believed.");
        }

        yield return new Figure("codec.seal", "per second", 1 / seal, Better.Higher) { Note = "a body of 100 bytes, sealed and framed" };
        yield return new Figure("codec.open", "per second", 1 / open, Better.Higher) { Note = "frame in, seal and counter checked" };
    }

    private static IEnumerable<Figure> Compression()
    {
        var entries = AirCorpus.ReadVectors();
        var sender = new AirStation(3, entries);
        var encode = new EncodeOptions { AssumeSharedTerms = true };
        var next = 0;
        var write = Time(() => sender.Writer.RecordLength(entries[next++ % entries.Count], encode), 4 * entries.Count);
        var frames = entries.SelectMany(entry => sender.Writer.WriteEntries([entry], Once, encode).SelectMany(burst =>
            Enumerable.Range(0, burst.Key.SourceSymbols).Select(id => burst.WriteFrame((byte)id)))).ToList();
        var rebuilt = 0;
        var receiver = sender.NewReceiver();
        var watch = Stopwatch.StartNew();
        foreach (var frame in frames)
        {
            rebuilt += receiver.Receive(frame, TimeSpan.Zero).Burst?.Entries.Count ?? 0;
        }

        watch.Stop();
        if (rebuilt != entries.Count)
        {
            throw new InvalidOperationException($"Only {rebuilt} of {entries.Count} entries were rebuilt.");
        }

        yield return new Figure("codec.compress", "entries per second", 1 / write, Better.Higher) { Note = "with texts, read back before it counts" };
        yield return new Figure("codec.decompress", "entries per second", rebuilt / watch.Elapsed.TotalSeconds, Better.Higher)
        {
            Note = "from frames, author's signature verified",
        };
    }

    private static IEnumerable<Figure> Sizes()
    {
        foreach (var (kind, log, entries) in CodecCorpus.ByKind())
        {
            var station = new AirStation(4, log);
            var raw = entries.Sum(AirCorpus.RawLength);
            foreach (var (name, encode) in new[]
            {
                ("context", new EncodeOptions { AssumeSharedTerms = true }),
                ("standalone", new EncodeOptions { Encoding = EntryEncoding.Standalone }),
            })
            {
                var air = entries.Sum(entry => Bytes(station, entry, encode));
                yield return new Figure($"codec.air.{kind}.{name}", "of raw", (double)air / raw, Better.Lower)
                {
                    Note = $"{entries.Count} entries, {raw} bytes raw, {air} in frames",
                };
            }
        }
    }

    private static int Bytes(AirStation station, VerifiedEntry entry, EncodeOptions encode) =>
        station.Writer.WriteEntries([entry], Once, encode).Sum(burst => burst.Key.SourceSymbols * burst.FrameLength);

    private static double Time(Action action, int repeats)
    {
        var watch = Stopwatch.StartNew();
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            action();
        }

        return watch.Elapsed.TotalSeconds / repeats;
    }
}
