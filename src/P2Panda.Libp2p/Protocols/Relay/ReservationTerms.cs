using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>What a relay answers to a reservation.</summary>
/// <param name="ExpiresAt">Unix seconds by the relay's clock.</param>
/// <param name="Addresses">Where the relay is reached.</param>
/// <param name="Voucher">A signed envelope; may be empty, rust relays send none.</param>
internal sealed record ReservationTerms(ulong ExpiresAt, IReadOnlyList<Multiaddr> Addresses, ReadOnlyMemory<byte> Voucher)
{
    /// <summary>Addresses that are kept.</summary>
    public const int MaxAddresses = 32;

    public static ReservationTerms? TryDecode(ReadOnlySpan<byte> bytes)
    {
        ulong expires = 0;
        var addresses = new List<Multiaddr>();
        byte[] voucher = [];
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    expires = reader.Value;
                    break;
                case 2 when addresses.Count < MaxAddresses && Multiaddr.TryDecode(reader.Bytes, out var address):
                    addresses.Add(address);
                    break;
                case 3:
                    voucher = reader.Bytes.ToArray();
                    break;
                default:
                    break;
            }
        }

        return reader.Failed ? null : new ReservationTerms(expires, addresses, voucher);
    }

    public byte[] Encode()
    {
        var writer = new ProtobufWriter().VarInt(1, ExpiresAt);
        foreach (var address in Addresses)
        {
            writer.Bytes(2, address.Bytes.Span);
        }

        if (!Voucher.IsEmpty)
        {
            writer.Bytes(3, Voucher.Span);
        }

        return writer.ToArray();
    }
}
