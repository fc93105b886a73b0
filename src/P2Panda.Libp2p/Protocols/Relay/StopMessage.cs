using System.Diagnostics.CodeAnalysis;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>A message of <c>/libp2p/circuit/relay/0.2.0/stop</c>.</summary>
internal sealed record StopMessage(StopMessageType Type)
{
    public const string ProtocolId = "/libp2p/circuit/relay/0.2.0/stop";

    /// <summary>Who wants to connect.</summary>
    public PeerId? Peer { get; init; }

    public CircuitLimit? Limit { get; init; }

    public RelayStatus Status { get; init; }

    public static StopMessage Of(RelayStatus status) => new(StopMessageType.Status) { Status = status };

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out StopMessage? message)
    {
        ulong? type = null;
        message = null;
        var decoded = new StopMessage(StopMessageType.Connect);
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
                    decoded = decoded with { Limit = RelayFields.ReadLimit(reader.Bytes) };
                    break;
                case 4:
                    decoded = decoded with { Status = RelayFields.ReadStatus(reader.Value) };
                    break;
                default:
                    break;
            }
        }

        if (reader.Failed || type is not <= (ulong)StopMessageType.Status)
        {
            return false;
        }

        message = decoded with { Type = (StopMessageType)type };
        return true;
    }

    public byte[] Encode()
    {
        var writer = new ProtobufWriter().VarInt(1, (ulong)Type);
        if (Peer is not null)
        {
            writer.Bytes(2, RelayFields.Write(Peer));
        }

        if (Limit is not null)
        {
            writer.Bytes(3, RelayFields.Write(Limit));
        }

        if (Type == StopMessageType.Status)
        {
            writer.VarInt(4, (ulong)Status);
        }

        return writer.ToArray();
    }
}
