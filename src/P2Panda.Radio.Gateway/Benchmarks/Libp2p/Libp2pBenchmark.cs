using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace P2Panda.Radio.Gateway.Benchmarks.Libp2p;

/// <summary>Our libp2p beside js-libp2p, each with its defaults, all four pairings in turn on one machine in one run.</summary>
internal sealed class Libp2pBenchmark : Benchmark
{
    private const long TransferBytes = 512L << 20;
    private const long WarmUpBytes = 64L << 20;
    private const int Rounds = 5;
    private const int Connects = 200;
    private const int Streams = 1000;
    private const int FewIdle = 100;
    private const int ManyIdle = 500;

    public override string Name => "libp2p";

    public override string Description => "throughput, connect and stream latency, memory per idle connection, beside js-libp2p";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        foreach (var quic in (bool[])[false, true])
        {
            foreach (var figure in Measure(quic, progress, cancellation))
            {
                yield return figure;
            }
        }
    }

    private static IEnumerable<Figure> Measure(bool quic, IProgress<string> progress, CancellationToken cancellation)
    {
        var id = quic ? "libp2p.quic" : "libp2p.tcp";
        string[] js = quic ? ["--quic"] : [];
        string[] jsListen = [.. js, "--listen", quic ? "/ip4/127.0.0.1/udp/0/quic-v1" : "/ip4/127.0.0.1/tcp/0"];
        using var csharpListener = new CsharpNode(quic, listen: true);
        using var csharpDialer = new CsharpNode(quic, listen: false);
        using var jsListener = JsNode.Start(jsListen);
        using var jsDialer = JsNode.Start(js);
        var note = $"Node {jsListener.Version}, median of {Rounds} alternating rounds";
        var pairs = new[]
        {
            new Pairing("csharp-csharp", csharpDialer, null, csharpListener.Address),
            new Pairing("csharp-js", csharpDialer, null, jsListener.Address),
            new Pairing("js-csharp", null, jsDialer, csharpListener.Address),
            new Pairing("js-js", null, jsDialer, jsListener.Address),
        };
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var pair in pairs)
            {
                cancellation.ThrowIfCancellationRequested();
                progress.Report(string.Create(CultureInfo.InvariantCulture, $"{id} {pair.Name} round {round}"));
                pair.Measure(round == 0 ? WarmUpBytes : TransferBytes, Connects, Streams, keep: round > 0);
            }
        }

        foreach (var pair in pairs)
        {
            yield return new Figure($"{id}.{pair.Name}.throughput", "MB/s", pair.Throughput, Better.Higher) { Note = note };
            yield return new Figure($"{id}.{pair.Name}.connects", "1/s", pair.ConnectsPerSecond, Better.Higher) { Note = note };
            yield return new Figure($"{id}.{pair.Name}.connect-p50", "ms", pair.ConnectP50, Better.Lower) { Note = note };
            yield return new Figure($"{id}.{pair.Name}.connect-p95", "ms", pair.ConnectP95, Better.Lower) { Note = note };
            yield return new Figure($"{id}.{pair.Name}.stream-p50", "ms", pair.StreamP50, Better.Lower) { Note = note };
            yield return new Figure($"{id}.{pair.Name}.stream-p95", "ms", pair.StreamP95, Better.Lower) { Note = note };
        }

        var (ours, reference) = (pairs[0], pairs[3]);
        yield return new Figure($"{id}.throughput-to-js", "x", ours.Throughput / reference.Throughput, Better.Higher, quic ? 4 : 1.5) { Note = note };
        yield return new Figure($"{id}.connect-p50-to-js", "x", ours.ConnectP50 / reference.ConnectP50, Better.Lower, quic ? 0.6 : 0.4) { Note = note };
        progress.Report($"{id} idle connections");
        var jsMemory = IdleMemoryOfJs(quic, jsListen);
        yield return new Figure($"{id}.js.idle-connection", "KiB", jsMemory, Better.Lower);
        yield return new Figure($"{id}.csharp.idle-connection", "KiB", IdleMemoryOfCsharp(quic, js), Better.Lower, jsMemory)
        {
            Note = $"slope of the listener's resident memory from {FewIdle} to {ManyIdle} connections",
        };
    }

    private static double IdleMemoryOfCsharp(bool quic, string[] js)
    {
        using var listener = new CsharpNode(quic, listen: true);
        using var dialer = JsNode.Start(js);
        long Resident(int count)
        {
            dialer.Send("idle", new JsonObject { ["to"] = listener.Address, ["count"] = count - listener.Connections });
            SpinWait.SpinUntil(() => listener.Connections == count, TimeSpan.FromSeconds(30));
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using var self = Process.GetCurrentProcess();
            return self.WorkingSet64;
        }

        var few = Resident(FewIdle);
        return (Resident(ManyIdle) - few) / 1024.0 / (ManyIdle - FewIdle);
    }

    private static double IdleMemoryOfJs(bool quic, string[] jsListen)
    {
        using var listener = JsNode.Start(jsListen);
        using var dialer = new CsharpNode(quic, listen: false);
        double Resident(int count)
        {
            dialer.Idle(listener.Address, count - dialer.Connections);
            return listener.Send("memory").GetProperty("rss").GetDouble();
        }

        var few = Resident(FewIdle);
        return (Resident(ManyIdle) - few) / 1024.0 / (ManyIdle - FewIdle);
    }
}
