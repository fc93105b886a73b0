using System.Diagnostics;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>
/// What it costs on the air to find which logs differ: announcement, sketches and the final want, each as a sealed burst with its frame
/// headers; entries are not counted. Two gateways speak until both know.
/// </summary>
internal sealed class ReconcileBenchmark : Benchmark
{
    private const int Trials = 12;

    /// <summary>Seal of a burst (air protocol: 1 + 8 + 5 + 2 + 64 bytes) and header of a frame.</summary>
    private const int SealLength = 80;
    private const int FrameHeaderLength = 7;
    private const int MaxSymbolLength = 255 - FrameHeaderLength;

    public override string Name => "reconcile";

    public override string Description => "bytes on the air to find differing logs";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        foreach (var logs in new[] { 100, 1_000, 100_000 })
        {
            var shared = Build(logs);
            foreach (var differing in new[] { 1, 10, 100 })
            {
                progress.Report($"{differing} of {logs}");
                var costs = new List<int>();
                var messages = 0;
                for (var trial = 0; trial < Trials; trial++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var (cost, sent) = Converse(shared, differing, trial);
                    costs.Add(cost);
                    messages = Math.Max(messages, sent);
                }

                double? target = (logs, differing) switch
                {
                    (1_000, 1) => 400,
                    (100_000, 1) => 700,
                    (100_000, 10) => 5_000,
                    _ => null,
                };
                yield return new Figure($"reconcile.{differing}-of-{logs}", "bytes", costs.Max(), Better.Lower, target)
                {
                    Note = $"worst of {Trials}, mean {costs.Average():0}, at most {messages} messages",
                };
            }

            yield return new Figure($"reconcile.fingerprint-{logs}-logs", "ms", Time(() => shared.Sketch(1, NameRange.Everything, 1)), Better.Lower);
        }

        foreach (var length in new[] { 24, 96, SetSketch.MaxLength })
        {
            yield return new Figure($"reconcile.decode-{length - 1}", "ms", TimeDecode(length), Better.Lower);
        }
    }

    private static LogSet Build(int logs)
    {
        var random = new Random(logs);
        var set = new LogSet();
        var author = new byte[PublicKey.Length];
        for (var i = 0; i < logs; i++)
        {
            if (i % 3 == 0)
            {
                random.NextBytes(author);
            }

            set.Set(new LogKey(LogFormat.Bamboo, new PublicKey(author), LogId.FromUInt64((ulong)(i % 3))), new LogState((ulong)random.Next(1, 500)));
        }

        return set;
    }

    /// <summary>Bytes on the air until every differing log is known to both; <paramref name="shared"/> is as before afterwards.</summary>
    private static (int Bytes, int Messages) Converse(LogSet shared, int differing, int seed)
    {
        var random = new Random(seed);
        var left = new LogSet();
        var right = new LogSet();
        var chosen = new HashSet<int>();
        while (chosen.Count < differing)
        {
            chosen.Add(random.Next(shared.Count));
        }

        var position = 0;
        foreach (var (log, state) in shared.Logs())
        {
            var (ours, theirs) = (state, state);
            if (chosen.Contains(position++))
            {
                var ahead = new LogState(state.Height + (ulong)random.Next(1, 30));
                (ours, theirs) = random.Next(2) == 0 ? (ahead, state) : (state, ahead);
            }

            left.Set(log, ours);
            right.Set(log, theirs);
        }

        var hearing = right;
        var message = Reconciler.Describe(left, 1, (uint)random.Next(), NameRange.Everything, 1);
        var bytes = 0;
        for (var messages = 1; ; messages++)
        {
            bytes += OnAir(message.ToBytes().Length);
            var step = Reconciler.Compare(hearing, message, (uint)random.Next(), 0);
            if (step.Difference is { } difference)
            {
                if (difference.Logs.Count != differing || difference.Logs.Any(log => log.Theirs is null) || difference.Unnamed.Count > 0)
                {
                    throw new InvalidOperationException("The difference that was found is not the one that was made.");
                }

                // What the hearer lacks it asks for; what the speaker lacks the hearer can send without being asked.
                var want = LogWantMessage.For(difference, message.Scope, message.Salt);
                return want is null ? (bytes, messages) : (bytes + OnAir(want.ToBytes().Length), messages + 1);
            }

            message = step.Reply ?? throw new InvalidOperationException("Sets that differ were taken for equal.");
            hearing = ReferenceEquals(hearing, right) ? left : right;
        }
    }

    private static int OnAir(int body)
    {
        var burst = SealLength + body;
        var frames = (burst + MaxSymbolLength - 1) / MaxSymbolLength;
        return burst + (frames * FrameHeaderLength);
    }

    private static double TimeDecode(int length)
    {
        var random = new Random(length);
        var sketch = new SetSketch(length);
        for (var i = 1; i < length; i++)
        {
            sketch.Toggle((ulong)random.NextInt64(1, long.MaxValue));
        }

        var empty = new SetSketch(length);
        return Time(() => SetSketch.Difference(sketch, empty));
    }

    private static double Time(Action action)
    {
        action();
        var watch = Stopwatch.StartNew();
        var runs = 0;
        do
        {
            action();
            runs++;
        }
        while (watch.ElapsedMilliseconds < 200);
        return watch.Elapsed.TotalMilliseconds / runs;
    }
}
