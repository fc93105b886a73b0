using System.Diagnostics;
using P2Panda.Radio.Simulation.Baselines;
using P2Panda.Radio.Simulation.Experiments;

namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>
/// The mesh at work (air protocol, figures A5 to A9): shipped nodes on a simulated ether, beside baselines on the same seeds.
/// </summary>
internal sealed class MeshBenchmark : Benchmark
{
    private const int Seeds = 30;
    private const int AttackSeeds = 30;
    private const int JoinerSeeds = 5;

    /// <summary>Bytes of the frame that carries a chat line in a flood: what our own pushes take on average.</summary>
    private const int FrameLength = 115;

    public override string Name => "mesh";

    public override string Description => "repair, relaying, large meshes, late joiners and attacks (A5 to A9)";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation) => Run(null, progress, cancellation);

    public override IEnumerable<Figure> Run(string? only, IProgress<string> progress, CancellationToken cancellation)
    {
        var parts = new (string Name, Func<IProgress<string>, CancellationToken, IEnumerable<Figure>> Run)[]
        {
            ("A5", SharedRepair), ("A6", Relaying), ("A7", Days), ("A8", LateJoiner), ("A9", Attacks),
        };
        return parts.Where(part => only is null || part.Name.Equals(only, StringComparison.OrdinalIgnoreCase)).SelectMany(part => part.Run(progress, cancellation));
    }

    private IEnumerable<Figure> SharedRepair(IProgress<string> progress, CancellationToken cancellation)
    {
        foreach (var (loss, target) in new[] { (0.0, 1.3), (0.1, 1.45) })
        {
            var runs = ForSeeds(Seeds, $"A5 at {loss:P0} loss", progress, seed => new SharedRepairExperiment { Loss = loss }.Run(seed), cancellation);
            var id = loss == 0 ? "mesh.a5.lossless" : "mesh.a5.lossy";
            var note = $"{runs.Count} seeds, {runs.Count(run => run.IsComplete)} complete; one copy per neighbour: 5.0; 1 set = 8 single frames";
            yield return new Figure($"{id}.repairs", "sets", runs.Average(run => run.Repairs), Better.Lower, target) { Note = note };
            yield return new Figure($"{id}.repair-frames", "sets", runs.Average(run => run.RepairFrames), Better.Lower) { Note = "with manifests and seals" };
            yield return new Figure($"{id}.repairs-median", "sets", Median(runs.Select(run => run.Repairs)), Better.Lower);
            yield return new Figure($"{id}.everything", "sets", runs.Average(run => run.Everything), Better.Lower, loss > 0 ? 2.0 : null);
            yield return new Figure($"{id}.everything-median", "sets", Median(runs.Select(run => run.Everything)), Better.Lower);
        }
    }

    private IEnumerable<Figure> Relaying(IProgress<string> progress, CancellationToken cancellation)
    {
        var work = new RelayExperiment();
        var ours = ForSeeds(Seeds, "A6", progress, work.Run, cancellation);
        var flooding = ForSeeds(Seeds, "A6 flooding", progress, seed => FloodingExperiment.Run(work, seed, FrameLength, cancels: false), cancellation);
        var cancelling = ForSeeds(Seeds, "A6 cancelling", progress, seed => FloodingExperiment.Run(work, seed, FrameLength, cancels: true), cancellation);
        var flood = flooding.Average(run => run.Airtime.TotalSeconds);
        yield return new Figure("mesh.a6.delivered", "share", ours.Average(run => run.Delivered), Better.Higher, 0.99) { Note = $"{Seeds} seeds, 1 % duty cycle" };
        yield return new Figure("mesh.a6.entry-airtime", "of flooding", ours.Average(run => run.EntryAirtime.TotalSeconds) / flood, Better.Lower, 0.5);
        yield return new Figure("mesh.a6.all-airtime", "of flooding", ours.Average(run => run.Airtime.TotalSeconds) / flood, Better.Lower, 0.6);
        yield return new Figure("mesh.a6.flooding.delivered", "share", flooding.Average(run => run.Delivered), Better.Higher);
        yield return new Figure("mesh.a6.flooding.frames", "per entry", flooding.Average(run => run.EntryFramesPerEntry), Better.Lower);
        yield return new Figure("mesh.a6.cancelling.delivered", "share", cancelling.Average(run => run.Delivered), Better.Higher);
        yield return new Figure("mesh.a6.cancelling.airtime", "of flooding", cancelling.Average(run => run.Airtime.TotalSeconds) / flood, Better.Lower);
    }

    private IEnumerable<Figure> Days(IProgress<string> progress, CancellationToken cancellation)
    {
        foreach (var (id, nodes, entries) in new[] { ("mesh.a7.100", 100, 1), ("mesh.a7.100x10", 100, 10), ("mesh.a7.1000", 1000, 1) })
        {
            progress.Report($"A7 {nodes} gateways, {entries} lines each");
            var watch = Stopwatch.StartNew();
            var day = new DayExperiment { Nodes = nodes, EntriesPerNode = entries }.Run(FirstSeed, cancellation);
            watch.Stop();
            yield return new Figure($"{id}.in-time", "share", day.InTime, Better.Higher, 0.99) { Note = "within 10 minutes, pairs that are connected" };
            yield return new Figure($"{id}.in-the-end", "share", day.InTheEnd, Better.Higher, 0.999) { Note = "after one quiet hour" };
            yield return new Figure($"{id}.violations", "limits exceeded", day.Violations, Better.Lower, 0) { Note = "by the independent checker" };
            yield return new Figure($"{id}.airtime", "s per gateway and day", day.AirtimePerNode.TotalSeconds, Better.Lower) { Note = "a toy model: 162 to 234" };
            if (nodes == 100)
            {
                yield return new Figure($"{id}.speed", "× real time", day.Simulated / watch.Elapsed, Better.Higher, entries == 1 ? 1000 : null);
            }
            else
            {
                yield return new Figure($"{id}.minutes", "min", watch.Elapsed.TotalMinutes, Better.Lower, 10);
                yield return new Figure($"{id}.memory", "GiB", Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1L << 30), Better.Lower, 4) { Note = "peak of the whole program" };
            }
        }
    }

    private IEnumerable<Figure> LateJoiner(IProgress<string> progress, CancellationToken cancellation)
    {
        foreach (var (loss, target) in new[] { (0.0, 1.0), (0.2, 1.25) })
        {
            foreach (var profile in new[] { "busy", "standard" })
            {
                var runs = ForSeeds(
                    JoinerSeeds, $"A8 at {loss:P0} loss, {profile}", progress, seed => new LateJoinerExperiment { Loss = loss, Profile = profile }.Run(seed), cancellation);
                var id = $"mesh.a8.loss-{100 * loss:0}.{(profile == "busy" ? "duty-1" : "duty-10")}";
                var note = $"{runs.Count(run => run.IsComplete)} of {runs.Count} complete; 1.0 = every entry once as a single frame";
                yield return new Figure($"{id}.airtime", "of single frames", runs.Average(run => run.Everything), Better.Lower, profile == "busy" ? target : null) { Note = note };
                yield return new Figure($"{id}.minutes", "min", runs.Average(run => run.Elapsed.TotalMinutes), Better.Lower);
            }
        }
    }

    private IEnumerable<Figure> Attacks(IProgress<string> progress, CancellationToken cancellation)
    {
        foreach (var kind in Enum.GetValues<AttackKind>().Where(kind => kind != AttackKind.Noise))
        {
            var runs = ForSeeds(AttackSeeds, $"A9 {kind}", progress, seed => new AttackExperiment().Run(kind, seed), cancellation);
            var id = "mesh.a9." + string.Concat(kind.ToString().Select((letter, place) => place > 0 && char.IsUpper(letter) ? "-" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString()));
            yield return new Figure(
                $"{id}.delivered", "of control", runs.Average(run => run.Attacked.Delivered) / runs.Average(run => run.Control.Delivered), Better.Higher, 0.95)
            {
                Note = $"control (noise at the same times): {runs.Average(run => run.Control.Delivered):0.0000}; {AttackSeeds} seeds",
            };
            yield return new Figure(
                $"{id}.reaction", "of control", runs.Average(run => run.Attacked.Airtime.TotalSeconds) / runs.Average(run => run.Control.Airtime.TotalSeconds), Better.Lower, 1.1)
            {
                Note = "all airtime of honest gateways until ten minutes after the attack, in s: " + string.Join(", ", runs[0].Attacked.Traffic.Keys.Select(
                    purpose => $"{purpose} {SecondsFor(purpose, runs.Select(run => run.Attacked)):0} (control {SecondsFor(purpose, runs.Select(run => run.Control)):0})")),
            };
            yield return new Figure($"{id}.strangers", "entries", runs.Sum(run => run.Attacked.Strangers), Better.Lower, 0) { Note = "stored or repeated that nobody published" };
            yield return new Figure($"{id}.recovered", "of control", runs.Average(run => run.Attacked.Recovered) / runs.Average(run => run.Control.Recovered), Better.Higher, 0.95)
            {
                Note = "entries from one minute after the attack on that reached everybody",
            };
        }
    }

    private List<T> ForSeeds<T>(int seeds, string what, IProgress<string> progress, Func<int, T> run, CancellationToken cancellation)
    {
        progress.Report($"{what}, {seeds} seeds");
        var results = new List<T>(seeds);
        foreach (var seed in Enumerable.Range(FirstSeed, seeds))
        {
            cancellation.ThrowIfCancellationRequested();
            results.Add(run(seed));
        }

        return results;
    }

    private static double SecondsFor(string purpose, IEnumerable<AttackRun> runs) => runs.Average(run => run.Traffic.GetValueOrDefault(purpose).Airtime.TotalSeconds);

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
