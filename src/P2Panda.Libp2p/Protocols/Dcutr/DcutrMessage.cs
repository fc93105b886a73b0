using System.Diagnostics.CodeAnalysis;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Protocols.Dcutr;

/// <summary>A message of <c>/libp2p/dcutr</c>: HolePunch { type = 1, ObsAddrs = 2 }.</summary>
internal sealed record DcutrMessage(bool IsSync, IReadOnlyList<Multiaddr> Addresses)
{
    public const string ProtocolId = "/libp2p/dcutr";

    /// <summary>Longest message, bytes.</summary>
    public const int MaxLength = 4096;

    /// <summary>Addresses that are read; what is used is fewer still.</summary>
    public const int MaxAddresses = 64;

    private const ulong Connect = 100;
    private const ulong Sync = 300;

    public static DcutrMessage SyncMessage { get; } = new(true, []);

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out DcutrMessage? message)
    {
        message = null;
        ulong type = 0;
        var addresses = new List<Multiaddr>();
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                type = reader.Value;
            }
            else if (reader.Field == 2 && addresses.Count < MaxAddresses && Multiaddr.TryDecode(reader.Bytes, out var address))
            {
                addresses.Add(address);
            }
        }

        if (reader.Failed || type is not (Connect or Sync))
        {
            return false;
        }

        message = new DcutrMessage(type == Sync, addresses);
        return true;
    }

    public byte[] Encode()
    {
        var writer = new ProtobufWriter().VarInt(1, IsSync ? Sync : Connect);
        foreach (var address in Addresses)
        {
            writer.Bytes(2, address.Bytes.Span);
        }

        return writer.ToArray();
    }
}
