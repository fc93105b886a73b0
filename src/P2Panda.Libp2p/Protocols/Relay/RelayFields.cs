using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>Parts that messages of both relay protocols have in common.</summary>
internal static class RelayFields
{
    /// <summary>Longest message, bytes.</summary>
    public const int MaxMessage = 4096;

    /// <summary>Longest duration that is believed: a larger one is as good as none.</summary>
    private const ulong MaxSeconds = 10 * 365 * 24 * 3600UL;

    /// <summary>Peer { id = 1, addrs = 2 }; relays do not dial, so addresses are of no interest.</summary>
    public static PeerId? ReadPeer(ReadOnlySpan<byte> bytes)
    {
        PeerId? peer = null;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1 && !PeerId.TryDecode(reader.Bytes, out peer))
            {
                return null;
            }
        }

        return reader.Failed ? null : peer;
    }

    public static byte[] Write(PeerId peer) => new ProtobufWriter().Bytes(1, peer.Bytes).ToArray();

    /// <summary>Limit { duration = 1 u32 s, data = 2 u64 bytes }.</summary>
    public static CircuitLimit? ReadLimit(ReadOnlySpan<byte> bytes)
    {
        ulong duration = 0, data = 0;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    duration = reader.Value;
                    break;
                case 2:
                    data = reader.Value;
                    break;
                default:
                    break;
            }
        }

        return reader.Failed ? null : new CircuitLimit(TimeSpan.FromSeconds(Math.Min(duration, MaxSeconds)), data);
    }

    public static byte[] Write(CircuitLimit limit) =>
        new ProtobufWriter().VarInt(1, (ulong)limit.Duration.TotalSeconds).VarInt(2, limit.Data).ToArray();

    public static RelayStatus ReadStatus(ulong value) => Enum.IsDefined((RelayStatus)Math.Min(value, int.MaxValue)) ? (RelayStatus)value : RelayStatus.Unused;
}
