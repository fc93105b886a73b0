using P2Panda.Libp2p.Multiformats;
using P2Panda.Libp2p.Security;
using P2Panda.Libp2p.Security.Noise;

namespace P2Panda.Libp2p.Tests.Security;

public sealed class NoiseTests
{
    private static readonly KeyPair Dialer = KeyPair.FromSeed(new byte[32]);
    private static readonly KeyPair Listener = KeyPair.Generate();

    [Fact]
    public void BothSidesLearnWhoTheOtherIsAndShareKeys()
    {
        using var initiator = new NoiseHandshake(new NoiseIdentity(Dialer, ["/yamux/1.0.0"]), initiator: true);
        using var responder = new NoiseHandshake(new NoiseIdentity(Listener, []), initiator: false);
        responder.ReadFirst(initiator.WriteFirst()).ShouldBe(NoiseResult.Ok);
        initiator.ReadSecond(responder.WriteSecond()!).ShouldBe(NoiseResult.Ok);
        responder.ReadThird(initiator.WriteThird()!).ShouldBe(NoiseResult.Ok);
        initiator.Remote!.Key.ShouldBe(Listener.PublicKey);
        responder.Remote!.Key.ShouldBe(Dialer.PublicKey);
        responder.Remote.Muxers.ShouldBe(["/yamux/1.0.0"]);

        var (send, _) = initiator.Split();
        var (_, receive) = responder.Split();
        for (var i = 0; i < 3; i++)
        {
            var text = "bamboo"u8.ToArray();
            var tag = new byte[16];
            send.Encrypt(text, tag, []);
            receive.TryDecrypt(text, tag, []).ShouldBeTrue();
            text.ShouldBe("bamboo"u8.ToArray());
        }
    }

    [Fact]
    public void AnyChangedByteOfTheHandshakeIsNoticed()
    {
        for (var i = 0; i < 200; i += 7)
        {
            using var initiator = new NoiseHandshake(new NoiseIdentity(Dialer, []), initiator: true);
            using var responder = new NoiseHandshake(new NoiseIdentity(Listener, []), initiator: false);
            responder.ReadFirst(initiator.WriteFirst()).ShouldBe(NoiseResult.Ok);
            var second = responder.WriteSecond()!;
            second[i % second.Length] ^= 1;
            initiator.ReadSecond(second).ShouldNotBe(NoiseResult.Ok, $"byte {i}");
        }
    }

    [Fact]
    public void AForeignOrEmptyIdentitySignatureIsRefusedInBothRoles()
    {
        var staticKey = new byte[32];
        foreach (var signature in (byte[][])[[], new byte[64], Listener.Sign("noise-libp2p-static-key:"u8)])
        {
            var payload = new ProtobufWriter().Bytes(1, Dialer.PublicKey.Encoded.Span).Bytes(2, signature).ToArray();
            NoisePayload.TryDecode(payload, staticKey, out _).ShouldBe(NoiseResult.BadIdentitySignature);
        }

        // Signed, but for another static key.
        NoisePayload.TryDecode(NoisePayload.Encode(Dialer, new byte[32], []), [.. Enumerable.Repeat((byte)1, 32)], out _).ShouldBe(NoiseResult.BadIdentitySignature);
    }

    [Fact]
    public void OversizedKeysAndPayloadsAreRefusedBeforeAnySignatureWork()
    {
        NoisePayload.TryDecode(new byte[NoisePayload.MaxLength + 1], new byte[32], out _).ShouldBe(NoiseResult.PayloadTooLarge);
        var huge = new ProtobufWriter().VarInt(1, 0).Bytes(2, new byte[2100]).ToArray();
        var payload = new ProtobufWriter().Bytes(1, huge).Bytes(2, new byte[64]).ToArray();
        NoisePayload.TryDecode(payload, new byte[32], out _).ShouldBe(NoiseResult.UnacceptableKey);
    }

    [Fact]
    public void APayloadInTheFirstMessageIsRefused()
    {
        using var responder = new NoiseHandshake(new NoiseIdentity(Listener, []), initiator: false);
        responder.ReadFirst(new byte[33]).ShouldBe(NoiseResult.MalformedMessage);
    }

    [Fact]
    public void AKeyOfSmallOrderIsRefused()
    {
        using var responder = new NoiseHandshake(new NoiseIdentity(Listener, []), initiator: false);
        responder.ReadFirst(new byte[32]).ShouldBe(NoiseResult.Ok);
        responder.WriteSecond().ShouldBeNull();
    }

    [Fact]
    public void MuxersAreChosenByTheInitiatorsOrder()
    {
        NoiseUpgrade.ChooseMuxer(["/a", "/b"], ["/b", "/a"], out var muxer).ShouldBe(NoiseResult.Ok);
        muxer.ShouldBe("/a");
        NoiseUpgrade.ChooseMuxer(["/a"], ["/b"], out _).ShouldBe(NoiseResult.NoCommonMuxer);
        NoiseUpgrade.ChooseMuxer(["/a"], [], out muxer).ShouldBe(NoiseResult.Ok);
        muxer.ShouldBeNull();
    }

    [Fact]
    public void LibsodiumsXSalsa20ContinuesAtAnyBlock()
    {
        var key = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        var whole = new byte[256];
        Sodium.XSalsa20(whole, whole, new byte[24], 0, key);
        var part = new byte[64];
        Sodium.XSalsa20(part, part, new byte[24], 2, key);
        part.ShouldBe(whole[128..192]);
    }
}
