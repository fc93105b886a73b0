using System.Buffers.Binary;
using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Reconciliation;

public class SipHashTests
{
    /// <summary>From the paper's reference vectors (key 00…0f, input 00, 01, 02, …), at the lengths that are whole words.</summary>
    [Theory]
    [InlineData(0, "310e0edd47db6f72")]
    [InlineData(1, "62 24 93 9a 79 f5 f5 93")]
    [InlineData(2, "db9bc2577fcc2a3f")]
    public void Matches_the_reference(int words, string expected)
    {
        var input = new ulong[words];
        for (var i = 0; i < words; i++)
        {
            for (var j = 0; j < 8; j++)
            {
                input[i] |= (ulong)((8 * i) + j) << (8 * j);
            }
        }

        var hash = new SipHash(0x0706050403020100, 0x0f0e0d0c0b0a0908).Hash(input);
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, hash);
        Convert.ToHexStringLower(bytes).ShouldBe(expected.Replace(" ", "", StringComparison.Ordinal));
    }
}
