using System.Diagnostics.CodeAnalysis;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>A message of <c>/libp2p/circuit/relay/0.2.0/hop</c>.</summary>
internal sealed record HopMessage(HopMessageType Type)
{
    public const string ProtocolId = "/libp2p/circuit/relay/0.2.0/hop";

    /// <summary>Whom to connect to.</summary>
    public PeerId? Peer { get; init; }

    public ReservationTerms? Reservation { get; init; }

    public CircuitLimit? Limit { get; init; }

    public RelayStatus Status { get; init; }

    public static HopMessage Of(RelayStatus status) => new(HopMessageType.Status) { Status = status };

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out HopMessage? message)
    {
        ulong? type = null;
        message = null;
        var decoded = new HopMessage(HopMessageType.Reserve);
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    type = reader.Value;
                    break;
                case 2:
                    decoded = decoded with { Peer = RelayFields.ReadPeer(reader.Bytes) };
                    break;
                case 3:
                    decoded = decoded with { Reservation = ReservationTerms.TryDecode(reader.Bytes) };
                    break;
                case 4:
                    decoded = decoded with { Limit = RelayFields.ReadLimit(reader.Bytes) };
                    break;
                case 5:
                    decoded = decoded with { Status = RelayFields.ReadStatus(reader.Value) };
                    break;
                default:
                    break;
            }
        }

        if (reader.Failed || type is not <= (ulong)HopMessageType.Status)
        {
            return false;
        }

        message = decoded with { Type = (HopMessageType)type };
        return true;
    }

    public byte[] Encode()
    {
        var writer = new ProtobufWriter().VarInt(1, (ulong)Type);
        if (Peer is not null)
        {
            writer.Bytes(2, RelayFields.Write(Peer));
        }

        if (Reservation is not null)
        {
            writer.Bytes(3, Reservation.Encode());
        }

        if (Limit is not null)
        {
            writer.Bytes(4, RelayFields.Write(Limit));
        }

        if (Type == HopMessageType.Status)
        {
            writer.VarInt(5, (ulong)Status);
        }

        return writer.ToArray();
    }
}
