using System.Diagnostics.Metrics;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>The meter <c>P2Panda.Libp2p.Quic</c>.</summary>
internal static class QuicMeter
{
    private static readonly Meter Meter = new("P2Panda.Libp2p.Quic");
    private static readonly Counter<long> Drops =
        Meter.CreateCounter<long>("libp2p.quic.dropped", "{datagram}", "Datagrams that led to nothing, by reason.");

    private static readonly string[] Names = Enum.GetNames<DropReason>();

    public static void Dropped(DropReason reason) => Drops.Add(1, new KeyValuePair<string, object?>("reason", Names[(int)reason]));
}
