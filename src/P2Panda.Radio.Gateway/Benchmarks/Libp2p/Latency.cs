using System.Text.Json;

namespace P2Panda.Radio.Gateway.Benchmarks.Libp2p;

/// <summary>Median and 95th percentile, ms, and how many a second.</summary>
internal readonly record struct Latency(double P50, double P95, double PerSecond)
{
    public static Latency Of(List<double> times, double perSecond)
    {
        times.Sort();
        return new(times[times.Count / 2], times[(int)(times.Count * 0.95)], perSecond);
    }

    public static Latency Of(JsonElement reply) => new(
        reply.GetProperty("p50").GetDouble(),
        reply.GetProperty("p95").GetDouble(),
        reply.TryGetProperty("perSecond", out var rate) ? rate.GetDouble() : 0);
}
