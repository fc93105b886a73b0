using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Identity;

public sealed class PeerIdTests
{
    [Fact]
    public void TheSpecificationsKeyHasTheIdJsLibp2pGivesIt()
    {
        using var golden = TestVectors.Json("libp2p/golden.json");
        var root = golden.RootElement;
        KeyPair.TryDecode(Convert.FromHexString(root.GetProperty("private_key").GetString()!), out var pair).ShouldBeTrue();

        pair.PeerId.ToString().ShouldBe(root.GetProperty("peer_id").GetString());
        Convert.ToHexStringLower(pair.PeerId.Bytes).ShouldBe(root.GetProperty("multihash").GetString());
        pair.PeerId.ToCidString().ShouldBe(root.GetProperty("cid").GetString());
        PeerId.Parse(root.GetProperty("cid").GetString()!).ShouldBe(pair.PeerId);
        pair.PeerId.TryGetPublicKey(out var key).ShouldBeTrue();
        key.ShouldBe(pair.PublicKey);
        Convert.ToHexStringLower(pair.Encode()).ShouldBe(root.GetProperty("private_key").GetString());
    }

    [Fact]
    public void AquadoggosSeedHasAquadoggosId()
    {
        using var golden = TestVectors.Json("libp2p/golden.json");
        foreach (var row in golden.RootElement.GetProperty("seeds").EnumerateArray())
        {
            KeyPair.FromSeed(Convert.FromHexString(row.GetProperty("seed").GetString()!)).PeerId.ToString()
                .ShouldBe(row.GetProperty("peer_id").GetString());
        }
    }

    [Fact]
    public void KeysOfTheSpecificationEncodeBack()
    {
        using var golden = TestVectors.Json("libp2p/golden.json");
        foreach (var row in golden.RootElement.GetProperty("keys").EnumerateArray())
        {
            var hex = row.GetProperty("public_key").GetString()!;
            PublicKey.TryDecode(Convert.FromHexString(hex), out var key).ShouldBeTrue();
            key.Type.ToString().ShouldBe(row.GetProperty("type").GetString());
            Convert.ToHexStringLower(key.Encoded.Span).ShouldBe(hex);
        }
    }

    [Fact]
    public void TheOldPrivateKeyFormIsReadWhenBothCopiesAgree()
    {
        var pair = KeyPair.FromSeed(new byte[32]);
        var data = pair.Encode()[4..];
        var old = (byte[])[0x08, 0x01, 0x12, 0x60, .. data, .. data[32..]];
        KeyPair.TryDecode(old, out var read).ShouldBeTrue();
        read.PeerId.ShouldBe(pair.PeerId);
        old[^1] ^= 1;
        KeyPair.TryDecode(old, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("QmNotBase58_0OIl")]
    [InlineData("bafzaajaiaejcahwr5d5ofrfbis4l5d6uwr57hu5tjodrypfm6yaq6dsc2r2pzy")]
    [InlineData("xafzaajaiaejcahwr5d5ofrfbis4l5d6uwr57hu5tjodrypfm6yaq6dsc2r2pzyt6")]
    public void TextThatIsNoPeerIdIsRefused(string text) => PeerId.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void RsaKeysOutsideTheBoundsAreRefused()
    {
        foreach (var (bits, good) in new[] { (1024, false), (2048, true) })
        {
            using var rsa = System.Security.Cryptography.RSA.Create(bits);
            PublicKey.TryDecode(EncodeKey(0, rsa.ExportSubjectPublicKeyInfo()), out var key).ShouldBe(good);
            if (good)
            {
                var signature = rsa.SignData("x"u8.ToArray(), System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
                key!.Verify("x"u8, signature).ShouldBeTrue();
                key.Verify("y"u8, signature).ShouldBeFalse();
                key.PeerId.ToString().ShouldStartWith("Qm");
            }
        }

        // A 16384-bit modulus is larger than any encoded key may be.
        PublicKey.TryDecode(EncodeKey(0, new byte[PublicKey.MaxEncodedLength]), out _).ShouldBeFalse();
    }

    internal static byte[] EncodeKey(byte type, byte[] data) =>
        new P2Panda.Libp2p.Multiformats.ProtobufWriter().VarInt(1, type).Bytes(2, data).ToArray();
}
