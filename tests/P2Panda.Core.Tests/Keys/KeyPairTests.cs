using System.Text;
using System.Text.Json;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Core.Tests.Keys;

public sealed class KeyPairTests(ITestOutputHelper output)
{
    private static readonly byte[] Message = [1, 2, 3];

    [Fact]
    public void KeysSignaturesAndHashesAreThoseOfP2PandaJs()
    {
        using var json = TestVectors.Json("bamboo/keys.json");
        var keys = 0;
        var signatures = 0;
        foreach (var record in json.RootElement.GetProperty("keys").EnumerateArray())
        {
            KeyPair.TryParse(Encoding.ASCII.GetBytes(record.GetProperty("private_key").GetString()!), out var parsed).ShouldBeTrue();
            using var pair = parsed;
            pair.PublicKey.ToString().ShouldBe(record.GetProperty("public_key").GetString());
            foreach (var sign in record.GetProperty("sign").EnumerateArray())
            {
                var argument = sign.GetProperty("argument").GetString()!;
                CheckSignature(pair, Encoding.ASCII.GetBytes(argument), sign.GetProperty("signature_by_p2panda_js").GetString()!);
                CheckSignature(pair, Convert.FromHexString(argument), sign.GetProperty("ed25519_over_decoded_bytes").GetString()!);
                signatures++;
            }

            keys++;
        }

        var refused = 0;
        foreach (var record in json.RootElement.GetProperty("negative").EnumerateArray())
        {
            record.GetProperty("accepted").GetBoolean().ShouldBeFalse();
            KeyPair.TryParse(Encoding.ASCII.GetBytes(record.GetProperty("private_key").GetString()!), out _).ShouldBeFalse();
            refused++;
        }

        var hashes = 0;
        foreach (var record in json.RootElement.GetProperty("hashes").EnumerateArray())
        {
            Yasmf.Hash(HashedValue(record)).ToString().ShouldBe(record.GetProperty("hash").GetString());
            hashes++;
        }

        (keys, signatures, refused, hashes).ShouldBe((7, 21, 3, 6));
        VectorCount.Report(output, "bamboo/keys.json", keys + signatures + refused + hashes);
    }

    [Fact]
    public void AChangedMessageSignatureOrKeyDoesNotVerify()
    {
        using var pair = KeyPair.FromSeed(new byte[32]);
        using var other = KeyPair.Generate();
        var signature = new byte[KeyPair.SignatureLength];
        pair.Sign(Message, signature);
        pair.PublicKey.Verify(Message, signature).ShouldBeTrue();
        pair.PublicKey.Verify([1, 2], signature).ShouldBeFalse();
        other.PublicKey.Verify(Message, signature).ShouldBeFalse();
        pair.PublicKey.Verify(Message, signature.AsSpan(1)).ShouldBeFalse();
        signature[63] ^= 1;
        pair.PublicKey.Verify(Message, signature).ShouldBeFalse();
    }

    [Fact]
    public void GeneratedKeysDiffer()
    {
        using var one = KeyPair.Generate();
        using var two = KeyPair.Generate();
        one.PublicKey.ShouldNotBe(two.PublicKey);
    }

    [Fact]
    public void WrongLengthsAreACallersMistake()
    {
        using var pair = KeyPair.Generate();
        Should.Throw<ArgumentException>(() => KeyPair.FromSeed(new byte[31]));
        Should.Throw<ArgumentException>(() => pair.Sign(Message, new byte[63]));
        Should.Throw<ArgumentException>(() => pair.ExportSeed(new byte[33]));
    }

    [Fact]
    public void ADisposedPairDoesNotSign()
    {
        var pair = KeyPair.Generate();
        pair.Dispose();
        Should.Throw<ObjectDisposedException>(() => pair.Sign(Message, new byte[KeyPair.SignatureLength]));
    }

    [Fact]
    public void AMissingLibraryIsNamedWithItsPackage()
    {
        Should.Throw<NativeLibraryException>(() => SodiumStart.Run("libsodium.so.23", () => throw new DllNotFoundException()))
            .Message.ShouldContain("apt-get install libsodium23");
        Should.Throw<NativeLibraryException>(() => SodiumStart.Run("libsodium.so.23", () => -1)).Message.ShouldContain("randomness");
        SodiumStart.Run("libsodium.so.23", () => 1).ShouldBeTrue();
    }

    private static byte[] HashedValue(JsonElement record)
    {
        if (record.TryGetProperty("value", out var value))
        {
            return Convert.FromHexString(value.GetString()!);
        }

        var repeat = record.GetProperty("value_repeat");
        var bytes = new byte[repeat.GetProperty("count").GetInt32()];
        Array.Fill(bytes, Convert.ToByte(repeat.GetProperty("byte").GetString(), 16));
        return bytes;
    }

    private static void CheckSignature(KeyPair pair, byte[] message, string expected)
    {
        var signature = new byte[KeyPair.SignatureLength];
        pair.Sign(message, signature);
        Convert.ToHexStringLower(signature).ShouldBe(expected);
        pair.PublicKey.Verify(message, signature).ShouldBeTrue();
    }
}
