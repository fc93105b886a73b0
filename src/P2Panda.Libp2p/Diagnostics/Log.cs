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

    [LoggerMessage(20, LogLevel.Debug, "Reserved a place for {Peer} at {Address}")]
    public static partial void Reserved(ILogger logger, PeerId peer, Multiaddr address);

    [LoggerMessage(21, LogLevel.Debug, "Circuit from {Source} to {Target} ended after {Bytes} bytes: {Reason}")]
    public static partial void CircuitEnded(ILogger logger, PeerId source, PeerId target, long bytes, string reason);

    [LoggerMessage(22, LogLevel.Debug, "Refused peer={Peer} addr={Address} {What}: {Status}")]
    public static partial void RelayRefused(ILogger logger, PeerId peer, Multiaddr address, string what, RelayStatus status);

    [LoggerMessage(23, LogLevel.Information, "Reachable through relay {Relay}, renewed for {Lifetime} at a time; a circuit may carry {Limit}")]
    public static partial void ReservedAt(ILogger logger, PeerId relay, TimeSpan lifetime, CircuitLimit limit);

    [LoggerMessage(24, LogLevel.Warning, "Not reachable through relay {Relay}, trying again: {Reason}")]
    public static partial void ReservationLost(ILogger logger, PeerId relay, string reason);

    [LoggerMessage(30, LogLevel.Information, "Upgrade of the relayed connection with {Peer}: direct={Direct} after {Attempts} attempts and {Elapsed}. {Reason}")]
    public static partial void Upgraded(ILogger logger, PeerId peer, bool direct, int attempts, TimeSpan elapsed, string reason);

    [LoggerMessage(31, LogLevel.Debug, "Attempt {Attempt} of {Attempts} at a direct connection with {Peer} failed: {Reason}")]
    public static partial void PunchFailed(ILogger logger, PeerId peer, int attempt, int attempts, string reason);

    [LoggerMessage(40, LogLevel.Debug, "Reachability test with {Peer} at {Address}: {Status} {Detail}")]
    public static partial void ReachabilityTested(ILogger logger, PeerId peer, Multiaddr address, string status, string detail);

    [LoggerMessage(41, LogLevel.Information, "Reachability from outside: {Status}")]
    public static partial void ReachabilityChanged(ILogger logger, Reachability status);

    [LoggerMessage(50, LogLevel.Debug, "{Name} is not reached, tried again in {Wait}: {Reason}")]
    public static partial void PeerNotReached(ILogger logger, string name, TimeSpan wait, string reason);

    [LoggerMessage(51, LogLevel.Warning, "{Name} ({Peer}) closes every connection at once, {Count} times in a row by now. aquadoggo 0.8 to 0.9.1 does this unless relay_mode or relay_addresses is set there: setting this gateway as its relay address makes it reachable. It is dialed again, less often.")]
    public static partial void ClosesAtOnce(ILogger logger, string name, PeerId peer, int count);

    [LoggerMessage(52, LogLevel.Information, "Relaying for others: {On}")]
    public static partial void Relaying(ILogger logger, bool on);

    [LoggerMessage(900, LogLevel.Warning, "Misbehaviour: peer={Peer} addr={Address} reason={Reason}")]
    public static partial void Misbehaviour(ILogger logger, PeerId peer, Multiaddr address, string reason);
}
