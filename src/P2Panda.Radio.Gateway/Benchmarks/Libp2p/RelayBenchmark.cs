using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using P2Panda.Libp2p;
using P2Panda.Libp2p.Quic;

namespace P2Panda.Radio.Gateway.Benchmarks.Libp2p;

/// <summary>Forwarding by our relay, in a process of its own, beside a js relay: the same two C# endpoints, no limits, the same payload.</summary>
internal sealed class RelayBenchmark : Benchmark
{
    private const long Bytes = 192L << 20;
    private const int Rounds = 3;
    private const int ManyCircuits = 200;
    private const int Sources = 10;
    private const double Target = 3;

    public override string Name => "relay";

    public override string Description => "bytes forwarded per CPU second of the relay, throughput and memory per circuit, beside js-libp2p";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        foreach (var quic in (bool[])[false, true])
        {
            var id = quic ? "relay.quic" : "relay.tcp";
            var listen = quic ? "/ip4/127.0.0.1/udp/0/quic-v1" : "/ip4/127.0.0.1/tcp/0";
            string[] transport = quic ? ["--quic"] : [];
            var (ours, js) = (new List<(double PerCpuSecond, double PerSecond)>(), new List<(double PerCpuSecond, double PerSecond)>());
            double memory;
            using (var csharp = CsharpRelay.Start(quic))
            using (var reference = JsNode.Start([.. transport, "--listen", listen, "--relay-server"]))
            {
                for (var round = 0; round <= Rounds; round++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress.Report(string.Create(CultureInfo.InvariantCulture, $"{id} round {round}"));
                    var one = Forward(quic, csharp.Address, csharp.Process);
                    var other = Forward(quic, reference.Address, reference.Process);
                    if (round > 0)
                    {
                        ours.Add(one);
                        js.Add(other);
                    }
                }

                progress.Report($"{id} memory");
                memory = MemoryPerCircuit(quic, csharp);
            }

            var note = $"median of {Rounds} alternating rounds of {Bytes >> 20} MiB each way";
            yield return new Figure($"{id}.csharp.per-cpu-second", "MB", Median(ours.Select(each => each.PerCpuSecond)), Better.Higher) { Note = note };
            yield return new Figure($"{id}.js.per-cpu-second", "MB", Median(js.Select(each => each.PerCpuSecond)), Better.Higher) { Note = note };
            yield return new Figure($"{id}.per-cpu-second-to-js", "x", Median(ours.Select(each => each.PerCpuSecond)) / Median(js.Select(each => each.PerCpuSecond)), Better.Higher, Target) { Note = note };
            yield return new Figure($"{id}.csharp.throughput", "MB/s", Median(ours.Select(each => each.PerSecond)), Better.Higher) { Note = note };
            yield return new Figure($"{id}.js.throughput", "MB/s", Median(js.Select(each => each.PerSecond)), Better.Higher) { Note = note };
            yield return new Figure($"{id}.csharp.memory-per-circuit", "KiB", memory, Better.Lower) { Note = $"growth of the relay's resident memory by {ManyCircuits} idle circuits" };
        }
    }

    /// <summary>One circuit, one stream, both directions one after the other.</summary>
    private static (double PerCpuSecond, double PerSecond) Forward(bool quic, string relay, Process process)
    {
        using var target = new CircuitEnd(quic);
        using var source = new CircuitEnd(quic);
        target.Reserve(relay);
        var connection = source.Connect(relay, target.PeerId);
        process.Refresh();
        var before = process.TotalProcessorTime;
        var (up, down) = PerfProtocol.RunAsync(connection, Bytes, Bytes, TimeProvider.System).GetAwaiter().GetResult();
        process.Refresh();
        var used = (process.TotalProcessorTime - before).TotalSeconds;
        return (2 * Bytes / used / 1e6, 2 * Bytes / (up + down).TotalSeconds / 1e6);
    }

    private static double MemoryPerCircuit(bool quic, CsharpRelay relay)
    {
        using var target = new CircuitEnd(quic);
        target.Reserve(relay.Address);
        // Within what one peer may ask for in two minutes.
        var sources = Enumerable.Range(0, Sources).Select(_ => new CircuitEnd(quic)).ToList();
        foreach (var source in sources)
        {
            source.Connect(relay.Address, target.PeerId);
        }

        long Resident()
        {
            Thread.Sleep(500);
            relay.Process.Refresh();
            return relay.Process.WorkingSet64;
        }

        var before = Resident();
        for (var i = 0; i < ManyCircuits; i++)
        {
            sources[i % Sources].ConnectAgain(relay.Address, target.PeerId);
        }

        var grown = (Resident() - before) / 1024.0 / ManyCircuits;
        sources.ForEach(source => source.Dispose());
        return grown;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
