using P2Panda.Radio.Air.Planning;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>
/// Forged symbols under honest tags (A9's forged-symbol part): what is delivered, as a share of what is delivered when the attacker's
/// frames are noise; what that costs; and the K that senders choose.
/// </summary>
internal sealed class PollutionBenchmark : Benchmark
{
    private const int SymbolLength = 100;
    private const int LargestDefendedK = 6;
    private const double TargetShare = 0.95;
    private const double TargetMilliseconds = 10;
    private const int Seed = 91;

    private static readonly double[] Shares = [0.1, 0.2, 0.3];

    public override string Name => "pollution";

    public override string Description => "forged symbols: delivery beside undecodable noise, and the planner's K (A9, forged-symbol part)";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        // Once unmeasured: compiling is no cost of an attack.
        Attack(4, Forgery.Random, 0.3, 20);
        for (var k = 1; k <= 16; k++)
        {
            progress.Report($"K = {k}");
            var slowest = 0.0;
            foreach (var share in Shares)
            {
                var bursts = k <= LargestDefendedK ? 1_000 : 60;
                var control = Attack(k, Forgery.Noise, share, bursts);
                foreach (var forgery in new[] { Forgery.Random, Forgery.Related })
                {
                    cancellation.ThrowIfCancellationRequested();
                    var attacked = Attack(k, forgery, share, bursts);
                    slowest = Math.Max(slowest, attacked.CpuPerFrame.TotalMilliseconds);
                    yield return new Figure(
                        $"pollution.K{k}.{Percent(share)}.{forgery.ToString().ToLowerInvariant()}",
                        "of control",
                        (double)attacked.Delivered / control.Delivered,
                        Better.Higher,
                        k <= LargestDefendedK ? TargetShare : null)
                    {
                        Note = $"{attacked.Delivered} against {control.Delivered} of {bursts} bursts, {attacked.CpuPerFrame.TotalMilliseconds:f2} ms of CPU a frame",
                    };
                }
            }

            yield return new Figure($"pollution.K{k}.cpu", "ms per frame", slowest, Better.Lower, k <= LargestDefendedK ? TargetMilliseconds : null)
            {
                Note = "mean over the frames received, worst of the six attacks",
            };
        }

        foreach (var figure in Planner(progress))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return figure;
        }
    }

    // Frames that hold a symbol of 100 bytes and no more leave no other K.
    private static ForgeryTrials Attack(int k, Forgery forgery, double share, int bursts) => ForgeryTrials.Of(
        bursts,
        k * SymbolLength,
        ForgeryTrials.Plan with { MaxSourceSymbols = k, MaxFrameLength = k == 1 ? SymbolLength + 1 : SymbolLength + 6 },
        adapts: false,
        forgery,
        share,
        Seed + k);

    private static IEnumerable<Figure> Planner(IProgress<string> progress)
    {
        const int Bursts = 200;
        foreach (var length in new[] { 600, 1500 })
        {
            progress.Report($"the planner's choice for {length} bytes");
            yield return new Figure($"pollution.plan.{length}B.calm.K", "symbols", SymbolPlanner.Plan(length, ForgeryTrials.Plan)!.SourceSymbols, Better.Lower);
            foreach (var share in Shares)
            {
                var control = ForgeryTrials.Of(Bursts, length, ForgeryTrials.Plan, adapts: true, Forgery.Noise, share, Seed);
                foreach (var forgery in new[] { Forgery.Random, Forgery.Related })
                {
                    var attacked = ForgeryTrials.Of(Bursts, length, ForgeryTrials.Plan, adapts: true, forgery, share, Seed);
                    var id = $"pollution.plan.{length}B.{Percent(share)}.{forgery.ToString().ToLowerInvariant()}";
                    yield return new Figure($"{id}.K", "symbols", attacked.SourceSymbols, Better.Lower) { Note = "chosen by what was heard" };
                    yield return new Figure($"{id}.delivered", "of control", (double)attacked.Delivered / control.Delivered, Better.Higher)
                    {
                        Note = $"{attacked.Delivered} against {control.Delivered} of {Bursts} bursts",
                    };
                }
            }
        }
    }

    private static string Percent(double share) => FormattableString.Invariant($"{share * 100:f0}%");
}
