using System.Text.Json.Nodes;

namespace P2Panda.Radio.Gateway.Benchmarks.Libp2p;

/// <summary>A dialer and a listener, and what was measured between them, one entry per round.</summary>
internal sealed class Pairing(string name, CsharpNode? csharp, JsNode? js, string listener)
{
    private readonly List<double> _throughput = [];
    private readonly List<Latency> _connect = [];
    private readonly List<Latency> _stream = [];

    public string Name => name;

    /// <summary>Both directions of one stream, MB/s.</summary>
    public double Throughput => Median(_throughput);

    public double ConnectsPerSecond => Median(_connect.Select(latency => latency.PerSecond));

    public double ConnectP50 => Median(_connect.Select(latency => latency.P50));

    public double ConnectP95 => Median(_connect.Select(latency => latency.P95));

    public double StreamP50 => Median(_stream.Select(latency => latency.P50));

    public double StreamP95 => Median(_stream.Select(latency => latency.P95));

    public void Measure(long bytes, int connects, int streams, bool keep)
    {
        double seconds;
        Latency connect, stream;
        if (csharp is not null)
        {
            seconds = csharp.Transfer(listener, bytes);
            connect = csharp.Connect(listener, connects);
            stream = csharp.OpenStreams(listener, streams);
        }
        else
        {
            var moved = js!.Send("perf", new JsonObject { ["to"] = listener, ["upload"] = bytes, ["download"] = bytes });
            seconds = (moved.GetProperty("uploadMs").GetDouble() + moved.GetProperty("downloadMs").GetDouble()) / 1000;
            connect = Latency.Of(js.Send("latency", new JsonObject { ["to"] = listener, ["count"] = connects }));
            stream = Latency.Of(js.Send("streamLatency", new JsonObject { ["to"] = listener, ["count"] = streams }));
        }

        // The first round warms both runtimes up.
        if (keep)
        {
            _throughput.Add(2 * bytes / seconds / 1e6);
            _connect.Add(connect);
            _stream.Add(stream);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
