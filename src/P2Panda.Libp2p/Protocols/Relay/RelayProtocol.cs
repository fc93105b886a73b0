using System.Diagnostics.CodeAnalysis;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>
/// One of the two protocols of circuit relay v2 (libp2p specs, relay/circuit-v2, "Protobuf"). Their messages differ in their numbers
/// only: stop has no reservations, and everything after them moves up by one.
/// </summary>
internal sealed class RelayProtocol
{
    /// <summary>Between a client and its relay.</summary>
    public const string HopId = "/libp2p/circuit/relay/0.2.0/hop";

    /// <summary>Between a relay and the target of a circuit.</summary>
    public const string StopId = "/libp2p/circuit/relay/0.2.0/stop";

    public static readonly RelayProtocol Hop = new(RelayMessageType.Reserve);

    public static readonly RelayProtocol Stop = new(RelayMessageType.Connect);

    private const int TypeField = 1, PeerField = 2, ReservationField = 3;

    private readonly RelayMessageType _first;
    private readonly int _limitField;
    private readonly int _statusField;

    private RelayProtocol(RelayMessageType first)
    {
        _first = first;
        _limitField = first == RelayMessageType.Reserve ? ReservationField + 1 : ReservationField;
        _statusField = _limitField + 1;
    }

    public RelayMessage Reserve => new(this, RelayMessageType.Reserve);

    public RelayMessage Connect(PeerId peer) => new(this, RelayMessageType.Connect) { Peer = peer };

    public RelayMessage Answer(RelayStatus status) => new(this, RelayMessageType.Status) { Status = status };

    public bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out RelayMessage? message)
    {
        ulong? type = null;
        message = null;
        var decoded = new RelayMessage(this, _first);
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == TypeField)
            {
                type = reader.Value;
            }
            else if (reader.Field == PeerField)
            {
                decoded = decoded with { Peer = RelayFields.ReadPeer(reader.Bytes) };
            }
            else if (reader.Field == _limitField)
            {
                decoded = decoded with { Limit = RelayFields.ReadLimit(reader.Bytes) };
            }
            else if (reader.Field == _statusField)
            {
                decoded = decoded with { Status = RelayFields.ReadStatus(reader.Value) };
            }
            else if (reader.Field == ReservationField)
            {
                decoded = decoded with { Reservation = ReservationTerms.TryDecode(reader.Bytes) };
            }
        }

        if (reader.Failed || type is null || type > (ulong)(RelayMessageType.Status - _first))
        {
            return false;
        }

        message = decoded with { Type = _first + (int)type };
        return true;
    }

    public byte[] Encode(RelayMessage message)
    {
        var writer = new ProtobufWriter().VarInt(TypeField, (ulong)(message.Type - _first));
        if (message.Peer is not null)
        {
            writer.Bytes(PeerField, RelayFields.Write(message.Peer));
        }

        if (message.Reservation is not null)
        {
            writer.Bytes(ReservationField, message.Reservation.Encode());
        }

        if (message.Limit is not null)
        {
            writer.Bytes(_limitField, RelayFields.Write(message.Limit));
        }

        if (message.Type == RelayMessageType.Status)
        {
            writer.VarInt(_statusField, (ulong)message.Status);
        }

        return writer.ToArray();
    }
}
