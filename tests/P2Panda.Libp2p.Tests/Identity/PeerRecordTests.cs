using P2Panda.Libp2p.Multiformats;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Identity;

public sealed class PeerRecordTests
{
    [Theory]
    [InlineData(PeerRecordForm.Standard, "standard_signature")]
    [InlineData(PeerRecordForm.RoutingState, "routing_state_signature")]
    public void RecordsAreByteForByteTheReferences(PeerRecordForm form, string signature)
    {
        using var golden = TestVectors.Json("libp2p/golden.json");
        var record = golden.RootElement.GetProperty("peer_record");
        KeyPair.TryDecode(Convert.FromHexString(golden.RootElement.GetProperty("private_key").GetString()!), out var pair).ShouldBeTrue();
        var address = Multiaddr.Parse(record.GetProperty("address").GetString()!);

        var envelope = PeerRecord.Seal(pair, 1, [address], form);

        Convert.ToHexStringLower(envelope.Payload.Span).ShouldBe(record.GetProperty("payload").GetString());
        Convert.ToHexStringLower(envelope.Signature.Span).ShouldBe(record.GetProperty(signature).GetString());
        PeerRecord.TryOpen(envelope.Encode(), out var opened).ShouldBe(PeerRecordResult.Ok);
        opened!.Peer.ShouldBe(pair.PeerId);
        opened.Addresses.ShouldBe([address]);
        opened.Sequence.ShouldBe(1ul);
    }

    [Fact]
    public void ARecordOfSomebodyElseIsRefused()
    {
        var signer = KeyPair.FromSeed(new byte[32]);
        var victim = KeyPair.Generate();
        var payload = new ProtobufWriter().Bytes(1, victim.PeerId.Bytes).VarInt(2, 1).ToArray();
        var envelope = SignedEnvelope.Seal(signer, "libp2p-peer-record", [0x03, 0x01], payload);
        PeerRecord.TryOpen(envelope.Encode(), out var record).ShouldBe(PeerRecordResult.ForeignSubject);
        record.ShouldBeNull();
    }

    [Fact]
    public void ATamperedRecordIsRefused()
    {
        var bytes = PeerRecord.Seal(KeyPair.FromSeed(new byte[32]), 7, [Multiaddr.Parse("/ip4/1.2.3.4/tcp/1")], PeerRecordForm.Standard).Encode();
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 0x20;
            PeerRecord.TryOpen(changed, out _).ShouldNotBe(PeerRecordResult.Ok, $"byte {i}");
        }
    }

    [Fact]
    public void TheRightSignatureInTheWrongDomainIsRefused()
    {
        var pair = KeyPair.FromSeed(new byte[32]);
        var payload = new ProtobufWriter().Bytes(1, pair.PeerId.Bytes).VarInt(2, 1).ToArray();
        var envelope = SignedEnvelope.Seal(pair, "libp2p-routing-state", [0x03, 0x01], payload);
        PeerRecord.TryOpen(envelope.Encode(), out _).ShouldBe(PeerRecordResult.BadSignature);
    }
}
