using System.ComponentModel;
using System.Diagnostics;
using P2Panda.Core.Hashing;

namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>
/// BLAKE3 on one thread. What counts is the slope from 16 to 256 MiB, so that starting a process does not, beside the same slope of the
/// BLAKE3 authors' b3sum; the two take turns, so that whatever else the machine does slows both.
/// </summary>
internal sealed class HashBenchmark : Benchmark
{
    private const int Mebibyte = 1 << 20;
    private const int Small = 16 * Mebibyte;
    private const int Large = 256 * Mebibyte;
    private const int Turns = 9;
    private const double TargetRatio = 0.6;

    /// <summary>Bytes hashed for one measurement of a small size.</summary>
    private const int BytesPerMeasurement = 16 * Mebibyte;

    public override string Name => "hash";

    public override string Description => "BLAKE3 on one thread, beside b3sum";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        var input = new byte[Large];
        new Random(1).NextBytes(input);
        foreach (var (size, label) in new[] { (1024, "1KiB"), (64 * 1024, "64KiB"), (Small, "16MiB"), (Large, "256MiB") })
        {
            progress.Report($"hashing {label} at a time");
            yield return new Figure($"hash.{label}", "MB/s", MegabytesPerSecond(input.AsMemory(0, size), cancellation), Better.Higher)
            {
                Note = $"median of {Turns}",
            };
        }

        var ours = new Slope();
        var theirs = new Slope();
        var folder = Directory.CreateTempSubdirectory("p2panda-hash-");
        try
        {
            var small = Path.Combine(folder.FullName, "small");
            var large = Path.Combine(folder.FullName, "large");
            File.WriteAllBytes(small, input.AsSpan(0, Small));
            File.WriteAllBytes(large, input);
            for (var turn = 0; turn < Turns; turn++)
            {
                cancellation.ThrowIfCancellationRequested();
                progress.Report($"taking turns with b3sum, {turn + 1} of {Turns}");
                ours.Add(Time(() => Blake3.Hash(input.AsSpan(0, Small))), Time(() => Blake3.Hash(input)));
                theirs.Add(Time(() => B3sum(small)), Time(() => B3sum(large)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var note = $"from 16 to 256 MiB, medians of {Turns}";
        yield return new Figure("hash.slope", "MB/s", ours.MegabytesPerSecond, Better.Higher) { Note = note };
        yield return new Figure("hash.slope-b3sum", "MB/s", theirs.MegabytesPerSecond, Better.Higher) { Note = note };
        yield return new Figure(
            "hash.slope-ratio", "of b3sum", ours.MegabytesPerSecond / theirs.MegabytesPerSecond, Better.Higher, TargetRatio);
    }

    private static double MegabytesPerSecond(ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        var times = new double[Turns];
        var repeats = Math.Max(1, BytesPerMeasurement / input.Length);
        for (var turn = 0; turn < Turns; turn++)
        {
            cancellation.ThrowIfCancellationRequested();
            times[turn] = Time(() =>
            {
                Span<byte> hash = stackalloc byte[Blake3.HashLength];
                for (var i = 0; i < repeats; i++)
                {
                    Blake3.Hash(input.Span, hash);
                }
            });
        }

        return (double)input.Length * repeats / Median(times) / 1e6;
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void B3sum(string path)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("b3sum", ["--num-threads", "1", path]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"b3sum failed with exit code {process.ExitCode}.");
            }
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException("b3sum is missing. Install the Debian package b3sum (apt-get install b3sum).", failure);
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);

    private sealed class Slope
    {
        private readonly List<double> _small = [];
        private readonly List<double> _large = [];

        public double MegabytesPerSecond => (Large - Small) / (Median(_large) - Median(_small)) / 1e6;

        public void Add(double small, double large)
        {
            _small.Add(small);
            _large.Add(large);
        }
    }
}
