using Microsoft.Extensions.Logging;

namespace P2Panda.Libp2p.Diagnostics;

/// <summary>Everything this library logs. Keys never appear; misbehaviour has one form that fail2ban can read.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {Address}")]
    public static partial void Listening(ILogger logger, Multiaddr address);

    [LoggerMessage(2, LogLevel.Debug, "Connected: {Connection}, {Security} {Muxer}")]
    public static partial void Connected(ILogger logger, Connection connection, string security, string muxer);

    [LoggerMessage(3, LogLevel.Debug, "Closed: {Connection}, {Reason}")]
    public static partial void Closed(ILogger logger, Connection connection, string reason);

    [LoggerMessage(4, LogLevel.Debug, "Dialing {Address} failed: {Reason}")]
    public static partial void DialFailed(ILogger logger, Multiaddr address, string reason);

    [LoggerMessage(5, LogLevel.Debug, "Inbound handshake from {Address} failed: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, Multiaddr address, string reason);

    [LoggerMessage(6, LogLevel.Debug, "Refused {Address}: {Reason}")]
    public static partial void Refused(ILogger logger, Multiaddr address, string reason);

    [LoggerMessage(7, LogLevel.Debug, "Identify with {Peer} failed: {Reason}")]
    public static partial void IdentifyFailed(ILogger logger, PeerId peer, string reason);

    [LoggerMessage(8, LogLevel.Debug, "Handler of {Protocol} for {Peer} ended: {Reason}")]
    public static partial void HandlerEnded(ILogger logger, string protocol, PeerId peer, string reason);

    [LoggerMessage(9, LogLevel.Error, "Handler of {Protocol} failed")]
    public static partial void HandlerFailed(ILogger logger, string protocol, Exception exception);

    [LoggerMessage(10, LogLevel.Error, "A subscriber to connection events failed")]
    public static partial void SubscriberFailed(ILogger logger, Exception exception);

    [LoggerMessage(900, LogLevel.Warning, "Misbehaviour: peer={Peer} addr={Address} reason={Reason}")]
    public static partial void Misbehaviour(ILogger logger, PeerId peer, Multiaddr address, string reason);
}
