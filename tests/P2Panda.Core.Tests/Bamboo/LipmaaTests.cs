using System.Globalization;
using P2Panda.Core.Bamboo;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Core.Tests.Bamboo;

public sealed class LipmaaTests(ITestOutputHelper output)
{
    [Fact]
    public void TheFirstFourHundredAreThoseOfP2PandaJs()
    {
        using var json = TestVectors.Json("bamboo/lipmaa.json");
        var records = 0;
        foreach (var record in json.RootElement.GetProperty("lipmaa").EnumerateArray())
        {
            var sequenceNumber = ulong.Parse(record[0].GetString()!, CultureInfo.InvariantCulture);
            Lipmaa.LinkOf(sequenceNumber).ShouldBe(ulong.Parse(record[1].GetString()!, CultureInfo.InvariantCulture));
            Lipmaa.NeedsSkiplink(sequenceNumber).ShouldBe(record[2].GetBoolean(), $"entry {sequenceNumber}");
            records++;
        }

        records.ShouldBe(400);
        VectorCount.Report(output, "bamboo/lipmaa.json", records);
    }

    [Fact]
    public void LargeNumbersAreThoseOfTheDefinitionIn128Bits()
    {
        foreach (var sequenceNumber in LargeNumbers())
        {
            Lipmaa.LinkOf(sequenceNumber).ShouldBe((ulong)Definition(sequenceNumber), $"entry {sequenceNumber}");
        }
    }

    [Fact]
    public void FirstEntriesWithASkiplink() => Enumerable.Range(1, 44).Where(number => Lipmaa.NeedsSkiplink((ulong)number))
        .ShouldBe([4, 8, 12, 13, 17, 21, 25, 26, 30, 34, 38, 39, 40, 44]);

    [Fact]
    public void ThereIsNoEntryZero() => Should.Throw<ArgumentOutOfRangeException>(() => Lipmaa.LinkOf(0));

    /// <summary>Around every power of two and every block end up to 2^64−1, and a random sample.</summary>
    private static IEnumerable<ulong> LargeNumbers()
    {
        var interesting = new List<UInt128>();
        for (var bit = 0; bit <= 64; bit++)
        {
            interesting.Add(UInt128.One << bit);
        }

        for (UInt128 power = 3; power <= 2 * (UInt128)ulong.MaxValue + 2; power *= 3)
        {
            interesting.AddRange([(power - 1) / 2, 3 * ((power - 1) / 2), power, 2 * ((power - 1) / 2)]);
        }

        foreach (var number in interesting)
        {
            for (var distance = -3; distance <= 3; distance++)
            {
                var near = (Int128)number + distance;
                if (near > 0 && near <= ulong.MaxValue)
                {
                    yield return (ulong)near;
                }
            }
        }

        var random = new Random(41);
        var bytes = new byte[8];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            yield return Math.Max(1, BitConverter.ToUInt64(bytes) >> random.Next(64));
        }
    }

    /// <summary>
    /// Word by word from the definition: n − 3^(k−1) when n = (3^k − 1)/2, else n − (3^g(n) − 1)/2, where g reduces n to its distance
    /// from the largest (3^j − 1)/2 below it until n is of that form.
    /// </summary>
    private static UInt128 Definition(UInt128 n)
    {
        UInt128 power = 1;
        while ((power - 1) / 2 < n)
        {
            power *= 3;
        }

        return (power - 1) / 2 == n ? n - (power / 3) : n - ((G(n) - 1) / 2);
    }

    /// <returns>3^g(n).</returns>
    private static UInt128 G(UInt128 n)
    {
        UInt128 power = 1;
        while ((power - 1) / 2 < n)
        {
            power *= 3;
        }

        return (power - 1) / 2 == n ? power : G(n - (((power / 3) - 1) / 2));
    }
}
