using System.Text;
using System.Text.Json;
using P2Panda.Core.Hashing;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Core.Tests.Hashing;

public sealed class Blake3VectorTests(ITestOutputHelper output)
{
    private const int Records = 41;

    private static byte[] Input(int length)
    {
        var input = new byte[length];
        for (var i = 0; i < length; i++)
        {
            input[i] = (byte)(i % 251);
        }

        return input;
    }

    [Fact]
    public void EveryModeGivesThePublishedOutput()
    {
        using var json = TestVectors.Json("blake3/blake3.json");
        var key = Encoding.ASCII.GetBytes(json.RootElement.GetProperty("key").GetString()!);
        var context = json.RootElement.GetProperty("context").GetString()!;
        var records = 0;
        foreach (var record in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            var input = Input(record.GetProperty("input_len").GetInt32());
            Check(record, "hash", extended => Blake3.Hash(input, extended), new Blake3Hasher(), input);
            Check(record, "keyed_hash", extended => Blake3.KeyedHash(key, input, extended), Blake3Hasher.Keyed(key), input);
            Check(record, "derive_key", extended => Blake3.DeriveKey(context, input, extended), Blake3Hasher.DeriveKey(context), input);
            Convert.ToHexStringLower(Blake3.Hash(input)).ShouldBe(record.GetProperty("hash").GetString()![..64]);
            records++;
        }

        records.ShouldBe(Records);
        VectorCount.Report(output, "blake3/blake3.json", records);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void EveryKernelGivesThePublishedHash(int width)
    {
        using var json = TestVectors.Json("blake3/blake3.json");
        foreach (var record in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            var hasher = new Blake3Hasher(Blake3Mode.Plain, Math.Min(width, Blake3Lanes.Width));
            hasher.Update(Input(record.GetProperty("input_len").GetInt32()));
            Finish(hasher, 131).ShouldBe(record.GetProperty("hash").GetString());
        }
    }

    [Fact]
    public void TheSplitIntoPiecesDoesNotMatter()
    {
        var random = new Random(3);
        var input = Input(600_000);
        for (var round = 0; round < 60; round++)
        {
            var length = random.Next(input.Length);
            var hasher = new Blake3Hasher();
            for (var at = 0; at < length;)
            {
                var piece = Math.Min(length - at, random.Next(1 << random.Next(1, 19)));
                hasher.Update(input.AsSpan(at, piece));
                at += piece;
            }

            var expected = new Blake3Hasher(Blake3Mode.Plain, width: 1);
            expected.Update(input.AsSpan(0, length));
            Finish(hasher, 32).ShouldBe(Finish(expected, 32));
            Finish(hasher, 32).ShouldBe(Convert.ToHexStringLower(Blake3.Hash(input.AsSpan(0, length))), "finishing does not disturb");
        }
    }

    [Fact]
    public void ChunkNumbersBeyond32BitsReachTheLanes()
    {
        var input = Input(8 * 1024);
        Span<byte> wide = stackalloc byte[8 * 32];
        Span<byte> portable = stackalloc byte[8 * 32];
        Blake3Lanes.HashChunks(input, Blake3Compression.Iv, uint.MaxValue - 2, Blake3Flags.None, wide, Blake3Lanes.Width);
        Blake3Lanes.HashChunks(input, Blake3Compression.Iv, uint.MaxValue - 2, Blake3Flags.None, portable, 1);
        wide.SequenceEqual(portable).ShouldBeTrue();
    }

    [Fact]
    public void ResetForgets()
    {
        var hasher = new Blake3Hasher();
        hasher.Update(Input(5000));
        hasher.Reset();
        hasher.Update(Input(3));
        Finish(hasher, 32).ShouldBe(Convert.ToHexStringLower(Blake3.Hash(Input(3))));
    }

    [Fact]
    public void AKeyOfAnotherLengthIsACallersMistake() =>
        Should.Throw<ArgumentException>(() => Blake3.KeyedHash(new byte[31], [], new byte[32]));

    private static void Check(JsonElement record, string field, Action<byte[]> oneCall, Blake3Hasher hasher, byte[] input)
    {
        var expected = record.GetProperty(field).GetString()!;
        var extended = new byte[expected.Length / 2];
        oneCall(extended);
        Convert.ToHexStringLower(extended).ShouldBe(expected, $"{field} of {input.Length} bytes");
        hasher.Update(input.AsSpan(0, input.Length / 3));
        hasher.Update(input.AsSpan(input.Length / 3));
        Finish(hasher, extended.Length).ShouldBe(expected, $"{field} of {input.Length} bytes in pieces");
    }

    private static string Finish(Blake3Hasher hasher, int length)
    {
        var bytes = new byte[length];
        hasher.Finalize(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
