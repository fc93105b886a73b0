using System.Diagnostics.CodeAnalysis;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p;

/// <summary>A peer's own signed statement of its addresses (libp2p RFC 0003).</summary>
/// <param name="Peer">Whose addresses.</param>
/// <param name="Sequence">Newer records have larger numbers. It is not a time.</param>
/// <param name="Addresses">The addresses; unparsable ones of the wire form are left out.</param>
public sealed record PeerRecord(PeerId Peer, ulong Sequence, IReadOnlyList<Multiaddr> Addresses)
{
    /// <summary>Most addresses that are read from one record.</summary>
    public const int MaxAddresses = 64;

    private static ReadOnlySpan<byte> StandardType => [0x03, 0x01];

    private static ReadOnlySpan<byte> RoutingStateType => "/libp2p/routing-state-record"u8;

    /// <summary>Signs a record of our own.</summary>
    public static SignedEnvelope Seal(KeyPair identity, ulong sequence, IEnumerable<Multiaddr> addresses, PeerRecordForm form)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var record = new ProtobufWriter().Bytes(1, identity.PeerId.Bytes).VarInt(2, sequence);
        foreach (var address in addresses)
        {
            record.Bytes(3, new ProtobufWriter().Bytes(1, address.Bytes.Span).Written);
        }

        return SignedEnvelope.Seal(identity, DomainOf(form), TypeOf(form), record.Written);
    }

    /// <summary>Opens an envelope in either form: signature, then content, then that the signer speaks of itself.</summary>
    public static PeerRecordResult TryOpen(ReadOnlySpan<byte> envelopeBytes, out PeerRecord? record)
    {
        record = null;
        if (!SignedEnvelope.TryDecode(envelopeBytes, out var envelope))
        {
            return PeerRecordResult.MalformedEnvelope;
        }

        PeerRecordForm form;
        if (envelope.PayloadType.Span.SequenceEqual(StandardType))
        {
            form = PeerRecordForm.Standard;
        }
        else if (envelope.PayloadType.Span.SequenceEqual(RoutingStateType))
        {
            form = PeerRecordForm.RoutingState;
        }
        else
        {
            return PeerRecordResult.UnknownType;
        }

        if (!envelope.Verify(DomainOf(form)))
        {
            return PeerRecordResult.BadSignature;
        }

        if (!TryDecode(envelope.Payload.Span, out var decoded))
        {
            return PeerRecordResult.MalformedRecord;
        }

        if (decoded.Peer != envelope.Author.PeerId)
        {
            return PeerRecordResult.ForeignSubject;
        }

        record = decoded;
        return PeerRecordResult.Ok;
    }

    private static bool TryDecode(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out PeerRecord? record)
    {
        record = null;
        PeerId? peer = null;
        ulong sequence = 0;
        var addresses = new List<Multiaddr>();
        var reader = new ProtobufReader(payload);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when !PeerId.TryDecode(reader.Bytes, out peer):
                    return false;
                case 2:
                    sequence = reader.Value;
                    break;
                case 3:
                    var entry = new ProtobufReader(reader.Bytes);
                    while (entry.Next())
                    {
                        if (entry.Field == 1 && addresses.Count < MaxAddresses && Multiaddr.TryDecode(entry.Bytes, out var address))
                        {
                            addresses.Add(address);
                        }
                    }

                    break;
                default:
                    break;
            }
        }

        if (reader.Failed || peer is null)
        {
            return false;
        }

        record = new PeerRecord(peer, sequence, addresses);
        return true;
    }

    private static string DomainOf(PeerRecordForm form) => form == PeerRecordForm.Standard ? "libp2p-peer-record" : "libp2p-routing-state";

    private static ReadOnlySpan<byte> TypeOf(PeerRecordForm form) => form == PeerRecordForm.Standard ? StandardType : RoutingStateType;
}
