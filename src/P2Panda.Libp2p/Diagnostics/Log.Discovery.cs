using Microsoft.Extensions.Logging;

namespace P2Panda.Libp2p.Diagnostics;

/// <summary>What rendezvous and multicast DNS log.</summary>
internal static partial class Log
{
    [LoggerMessage(60, LogLevel.Debug, "Registered at {Server} in \"{Namespace}\" for {Ttl}")]
    public static partial void Registered(ILogger logger, PeerId server, string @namespace, TimeSpan ttl);

    [LoggerMessage(61, LogLevel.Debug, "Rendezvous at {Server} in \"{Namespace}\" failed: {Reason}")]
    public static partial void RendezvousFailed(ILogger logger, PeerId server, string @namespace, string reason);

    [LoggerMessage(62, LogLevel.Information, "Found {Peer} on this network at {Address}")]
    public static partial void Found(ILogger logger, PeerId peer, Multiaddr address);

    [LoggerMessage(63, LogLevel.Warning, "Peers on this network cannot be found over {Family}: UDP port 5353 cannot be opened: {Reason}")]
    public static partial void MdnsUnavailable(ILogger logger, System.Net.Sockets.AddressFamily family, string reason);

    [LoggerMessage(64, LogLevel.Debug, "Multicast DNS, {What}: {Reason}")]
    public static partial void MdnsFailed(ILogger logger, string what, string reason);
}
