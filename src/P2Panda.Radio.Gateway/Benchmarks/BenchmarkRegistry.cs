namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>All benchmarks of the program, one line each.</summary>
internal static class BenchmarkRegistry
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new HashBenchmark(),
        new Air.AirBenchmark(),
        new Air.CodecBenchmark(),
        new Air.PollutionBenchmark(),
        new IngestBenchmark(),
        new Publish.PublishBenchmark(),
        new ReconcileBenchmark(),
        new MeshBenchmark(),
        new Documents.DocumentsBenchmark(),
        new SpiBenchmark(),
        new Libp2p.Libp2pBenchmark(),
        new Libp2p.RelayBenchmark(),
        new ReplicateBenchmark(),
    ];
}
