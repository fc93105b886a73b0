using Microsoft.Extensions.Logging;

namespace P2Panda.Libp2p.Quic;

/// <summary>What this library logs.</summary>
internal static partial class QuicLog
{
    [LoggerMessage(100, LogLevel.Warning, "No QUIC: {Problem}")]
    public static partial void Unavailable(ILogger logger, string? problem);

    [LoggerMessage(101, LogLevel.Information, "QUIC by ngtcp2 {Version}")]
    public static partial void Version(ILogger logger, string? version);

    [LoggerMessage(102, LogLevel.Information, "{Advisory} concerns this ngtcp2 unless it is {FixedIn}; {Exposure}")]
    public static partial void Advisory(ILogger logger, string advisory, string fixedIn, string exposure);
}
