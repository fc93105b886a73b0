using System.Diagnostics.Metrics;

namespace P2Panda.Libp2p.Diagnostics;

/// <summary>The meter <c>P2Panda.Libp2p</c>.</summary>
internal sealed class HostMetrics : IDisposable
{
    public const string MeterName = "P2Panda.Libp2p";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _dials;
    private readonly Counter<long> _handshakes;
    private readonly Counter<long> _streams;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _streamFailures;
    private readonly UpDownCounter<long> _relayReservations;
    private readonly UpDownCounter<long> _relayCircuits;
    private readonly Counter<long> _relayBytes;

    public HostMetrics()
    {
        _connections = _meter.CreateUpDownCounter<long>("libp2p.connections", "{connection}", "Open connections.");
        _dials = _meter.CreateCounter<long>("libp2p.dials", "{dial}", "Dial attempts by result.");
        _handshakes = _meter.CreateCounter<long>("libp2p.inbound_handshakes", "{handshake}", "Inbound handshakes by result.");
        _streams = _meter.CreateCounter<long>("libp2p.streams", "{stream}", "Negotiated streams.");
        _refused = _meter.CreateCounter<long>("libp2p.refused", "{refusal}", "Refusals by reason.");
        _streamFailures = _meter.CreateCounter<long>("libp2p.stream_failures", "{stream}", "Streams that ended early, by reason.");
        _relayReservations = _meter.CreateUpDownCounter<long>("libp2p.relay_reservations", "{reservation}", "Reservations others hold here.");
        _relayCircuits = _meter.CreateUpDownCounter<long>("libp2p.relay_circuits", "{circuit}", "Circuits that run through here.");
        _relayBytes = _meter.CreateCounter<long>("libp2p.relay_bytes", "By", "Bytes forwarded for others.");
    }

    public void ConnectionOpened(Connection connection) => _connections.Add(1, Tags(connection));

    public void ConnectionClosed(Connection connection) => _connections.Add(-1, Tags(connection));

    public void Dialed(string transport, bool success) =>
        _dials.Add(1, new("transport", transport), new("result", success ? "ok" : "failed"));

    public void Handshake(bool success) => _handshakes.Add(1, new KeyValuePair<string, object?>("result", success ? "ok" : "failed"));

    public void StreamOpened(string protocol, ConnectionDirection direction) =>
        _streams.Add(1, new("protocol", protocol), new("direction", Name(direction)));

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void StreamFailed(string reason) => _streamFailures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void RelayReservations(int change) => _relayReservations.Add(change);

    public void RelayCircuits(int change) => _relayCircuits.Add(change);

    public void RelayBytes(long bytes) => _relayBytes.Add(bytes);

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?>[] Tags(Connection connection) =>
        [new("direction", Name(connection.Direction)), new("transport", connection.Transport)];

    private static string Name(ConnectionDirection direction) => direction == ConnectionDirection.Inbound ? "in" : "out";
}
