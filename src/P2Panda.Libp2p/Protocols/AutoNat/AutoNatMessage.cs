using System.Diagnostics.CodeAnalysis;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Protocols.AutoNat;

/// <summary>A message of <c>/libp2p/autonat/1.0.0</c> (libp2p specs, autonat v1).</summary>
internal sealed record AutoNatMessage(bool IsResponse)
{
    public const string ProtocolId = "/libp2p/autonat/1.0.0";

    /// <summary>Longest message, bytes.</summary>
    public const int MaxLength = 8192;

    /// <summary>Addresses that are read.</summary>
    public const int MaxAddresses = 16;

    /// <summary>Who wants to be dialed.</summary>
    public PeerId? Peer { get; init; }

    public IReadOnlyList<Multiaddr> Addresses { get; init; } = [];

    public AutoNatStatus Status { get; init; }

    public string StatusText { get; init; } = "";

    /// <summary>The address that worked.</summary>
    public Multiaddr? Address { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out AutoNatMessage? message)
    {
        message = null;
        var decoded = new AutoNatMessage(false);
        ulong? type = null;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    type = reader.Value;
                    break;
                case 2:
                    decoded = ReadDial(reader.Bytes, decoded);
                    break;
                case 3:
                    decoded = ReadResponse(reader.Bytes, decoded);
                    break;
                default:
                    break;
            }
        }

        if (reader.Failed || type is not <= 1)
        {
            return false;
        }

        message = decoded with { IsResponse = type == 1 };
        return true;
    }

    public byte[] Encode()
    {
        var writer = new ProtobufWriter().VarInt(1, IsResponse ? 1UL : 0);
        if (!IsResponse)
        {
            var peer = new ProtobufWriter().Bytes(1, Peer!.Bytes);
            foreach (var address in Addresses)
            {
                peer.Bytes(2, address.Bytes.Span);
            }

            return writer.Bytes(2, new ProtobufWriter().Bytes(1, peer.Written).Written).ToArray();
        }

        var response = new ProtobufWriter().VarInt(1, (ulong)Status);
        if (StatusText.Length > 0)
        {
            response.Text(2, StatusText);
        }

        if (Address is not null)
        {
            response.Bytes(3, Address.Bytes.Span);
        }

        return writer.Bytes(3, response.Written).ToArray();
    }

    private static AutoNatMessage ReadDial(ReadOnlySpan<byte> bytes, AutoNatMessage into)
    {
        PeerId? peer = null;
        var addresses = new List<Multiaddr>();
        var dial = new ProtobufReader(bytes);
        while (dial.Next())
        {
            var fields = new ProtobufReader(dial.Field == 1 ? dial.Bytes : default);
            while (fields.Next())
            {
                if (fields.Field == 1)
                {
                    PeerId.TryDecode(fields.Bytes, out peer);
                }
                else if (fields.Field == 2 && addresses.Count < MaxAddresses && Multiaddr.TryDecode(fields.Bytes, out var address))
                {
                    addresses.Add(address);
                }
            }
        }

        return into with { Peer = peer, Addresses = addresses };
    }

    private static AutoNatMessage ReadResponse(ReadOnlySpan<byte> bytes, AutoNatMessage into)
    {
        var response = new ProtobufReader(bytes);
        while (response.Next())
        {
            into = response.Field switch
            {
                1 => into with { Status = (AutoNatStatus)Math.Min(response.Value, int.MaxValue) },
                3 when Multiaddr.TryDecode(response.Bytes, out var address) => into with { Address = address },
                _ => into,
            };
        }

        return into;
    }
}
