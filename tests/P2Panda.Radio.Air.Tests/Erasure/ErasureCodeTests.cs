using System.Security.Cryptography;
using P2Panda.Radio.Air.Erasure;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Erasure;

public class ErasureCodeTests(ITestOutputHelper output)
{
    [Fact]
    public void IsBitExactWithZfec()
    {
        using var document = TestVectors.Json("erasure/reed_solomon_zfec.json");
        var vectors = 0;
        var symbols = 0;
        foreach (var vector in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            var k = vector.GetProperty("k").GetInt32();
            var length = vector.GetProperty("symbol_size").GetInt32();
            vectors++;
            var source = Source(vector.GetProperty("seed").GetUInt32(), k * length);
            Convert.ToHexStringLower(SHA256.HashData(source)).ShouldBe(vector.GetProperty("source_sha256").GetString());
            var symbol = new byte[length];
            foreach (var repair in vector.GetProperty("repair").EnumerateArray())
            {
                ErasureCode.For(k).Encode(source, repair.GetProperty("esi").GetInt32(), symbol);
                Convert.ToHexStringLower(symbol).ShouldBe(repair.GetProperty("hex").GetString());
                symbols++;
            }
        }

        output.WriteLine($"reed_solomon_zfec.json: {vectors} records, {symbols} repair symbols");
        vectors.ShouldBe(72);
    }

    [Fact]
    public void AnyKSymbolsRebuildTheSource()
    {
        var random = new Random(1);
        for (var round = 0; round < 400; round++)
        {
            var k = random.Next(1, ErasureCode.MaxSourceSymbols + 1);
            var length = random.Next(1, 120);
            var source = new byte[k * length];
            random.NextBytes(source);
            var ids = Enumerable.Range(0, ErasureCode.MaxSymbols).Select(id => (byte)id).ToArray();
            random.Shuffle(ids);
            ids = ids[..k];
            var symbols = new byte[k * length];
            for (var index = 0; index < k; index++)
            {
                ErasureCode.For(k).Encode(source, ids[index], symbols.AsSpan(index * length, length));
            }

            var rebuilt = new byte[source.Length];
            ErasureCode.For(k).Decode(ids, symbols, rebuilt);
            rebuilt.ShouldBe(source);
        }
    }

    [Fact]
    public void EveryPathOfTheMultiplicationAgrees()
    {
        var random = new Random(2);
        foreach (var length in new[] { 0, 1, 15, 16, 17, 31, 32, 33, 255 })
        {
            var source = new byte[length];
            var start = new byte[length];
            random.NextBytes(source);
            random.NextBytes(start);
            for (var factor = 0; factor < 256; factor++)
            {
                var portable = (byte[])start.Clone();
                GaloisField.MultiplyAddPortable(portable, source, (byte)factor);
                var vectorized = (byte[])start.Clone();
                GaloisField.MultiplyAdd(vectorized, source, (byte)factor);
                vectorized.ShouldBe(portable);
                var narrow = (byte[])start.Clone();
                var done = GaloisField.MultiplyAdd128(narrow, source, (byte)factor);
                narrow[..done].ShouldBe(portable[..done]);
            }
        }
    }

    [Fact]
    public void CodingAllocatesNothing()
    {
        var code = ErasureCode.For(16);
        var source = new byte[16 * 200];
        var symbols = new byte[16 * 200];
        var ids = new byte[16];
        void Work()
        {
            for (var index = 0; index < 16; index++)
            {
                ids[index] = (byte)(100 + index);
                code.Encode(source, ids[index], symbols.AsSpan(index * 200, 200));
            }

            code.Decode(ids, symbols, source);
        }

        Work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Work();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void RefusesBadCalls()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => ErasureCode.For(0));
        Should.Throw<ArgumentOutOfRangeException>(() => ErasureCode.For(129));
        Should.Throw<ArgumentException>(() => ErasureCode.For(2).Encode(new byte[5], 0, new byte[2]));
        Should.Throw<ArgumentException>(() => ErasureCode.For(2).Encode(new byte[4], 255, new byte[2]));
        Should.Throw<ArgumentException>(() => ErasureCode.For(2).Decode([1, 1], new byte[4], new byte[4]));
        Should.Throw<ArgumentException>(() => ErasureCode.For(2).Decode([1, 255], new byte[4], new byte[4]));
    }

    private static byte[] Source(uint seed, int length)
    {
        var bytes = new byte[length];
        for (var index = 0; index < length; index++)
        {
            seed = unchecked((seed * 1664525) + 1013904223);
            bytes[index] = (byte)(seed >> 24);
        }

        return bytes;
    }
}
