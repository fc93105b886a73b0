using Microsoft.Extensions.Logging;

namespace P2Panda.Libp2p.Diagnostics;

/// <summary>What rendezvous and multicast DNS log.</summary>
internal static partial class Log
{
    [LoggerMessage(60, LogLevel.Debug, "Registered at {Server} in \"{Namespace}\" for {Ttl}")]
    public static partial void Registered(ILogger logger, PeerId server, string @namespace, TimeSpan ttl);

    [LoggerMessage(61, LogLevel.Debug, "Rendezvous at {Server} in \"{Namespace}\" failed: {Reason}")]
    public static partial void RendezvousFailed(ILogger logger, PeerId server, string @namespace, string reason);
}
