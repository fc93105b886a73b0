using P2Panda.Radio.Simulation.Baselines;
using P2Panda.Radio.Simulation.Experiments;

namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>
/// The mesh at work (air protocol, figure A6): 20 nodes, hidden terminals, 10 % loss, one entry a minute; beside it flooding on the same
/// seeds, with and without cancelling.
/// </summary>
internal sealed class MeshBenchmark : Benchmark
{
    private const int Seeds = 30;

    /// <summary>Bytes of the frame that carries a chat line in a flood: what our own pushes take on average.</summary>
    private const int FrameLength = 115;

    public override string Name => "mesh";

    public override string Description => "delivery and airtime of a mesh beside flooding";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        var work = new RelayExperiment();
        var ours = new List<RelayResult>();
        var flooding = new List<RelayResult>();
        var cancelling = new List<RelayResult>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report($"A6 seed {seed} of {Seeds}");
            ours.Add(work.Run(seed));
            flooding.Add(FloodingExperiment.Run(work, seed, FrameLength, cancels: false));
            cancelling.Add(FloodingExperiment.Run(work, seed, FrameLength, cancels: true));
        }

        var flood = flooding.Average(run => run.Airtime.TotalSeconds);
        yield return new Figure("mesh.a6.delivered", "share", ours.Average(run => run.Delivered), Better.Higher, 0.99);
        yield return new Figure("mesh.a6.entry-airtime", "of flooding", ours.Average(run => run.EntryAirtime.TotalSeconds) / flood, Better.Lower, 0.5);
        yield return new Figure("mesh.a6.all-airtime", "of flooding", ours.Average(run => run.Airtime.TotalSeconds) / flood, Better.Lower, 0.6);
        yield return new Figure("mesh.a6.flooding.delivered", "share", flooding.Average(run => run.Delivered), Better.Higher);
        yield return new Figure("mesh.a6.flooding.frames", "per entry", flooding.Average(run => run.EntryFramesPerEntry), Better.Lower);
        yield return new Figure("mesh.a6.cancelling.delivered", "share", cancelling.Average(run => run.Delivered), Better.Higher);
        yield return new Figure("mesh.a6.cancelling.airtime", "of flooding", cancelling.Average(run => run.Airtime.TotalSeconds) / flood, Better.Lower);
    }
}
