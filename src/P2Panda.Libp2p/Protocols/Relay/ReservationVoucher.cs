using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p;

/// <summary>A relay's signed statement that it holds a reservation for a peer (libp2p specs, relay/circuit-v2, "Reservation vouchers").</summary>
/// <param name="Relay">Who signed.</param>
/// <param name="Peer">For whom.</param>
/// <param name="ExpiresAt">Unix seconds.</param>
public sealed record ReservationVoucher(PeerId Relay, PeerId Peer, ulong ExpiresAt)
{
    private const string Domain = "libp2p-relay-rsvp";

    private static ReadOnlySpan<byte> PayloadType => [0x03, 0x02];

    /// <summary>Signs a voucher as the relay.</summary>
    public static SignedEnvelope Seal(KeyPair relay, PeerId peer, ulong expiresAt)
    {
        ArgumentNullException.ThrowIfNull(relay);
        ArgumentNullException.ThrowIfNull(peer);
        var payload = new ProtobufWriter().Bytes(1, relay.PeerId.Bytes).Bytes(2, peer.Bytes).VarInt(3, expiresAt);
        return SignedEnvelope.Seal(relay, Domain, PayloadType, payload.Written);
    }

    /// <summary>Opens a voucher; null when it is malformed, wrongly signed, or signed by somebody else than the relay it names.</summary>
    public static ReservationVoucher? TryOpen(ReadOnlySpan<byte> envelopeBytes)
    {
        if (!SignedEnvelope.TryDecode(envelopeBytes, out var envelope) || !envelope.PayloadType.Span.SequenceEqual(PayloadType) || !envelope.Verify(Domain))
        {
            return null;
        }

        PeerId? relay = null, peer = null;
        ulong expires = 0;
        var reader = new ProtobufReader(envelope.Payload.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when !PeerId.TryDecode(reader.Bytes, out relay):
                case 2 when !PeerId.TryDecode(reader.Bytes, out peer):
                    return null;
                case 3:
                    expires = reader.Value;
                    break;
                default:
                    break;
            }
        }

        return !reader.Failed && relay is not null && peer is not null && envelope.Author.PeerId == relay
            ? new ReservationVoucher(relay, peer, expires)
            : null;
    }
}
