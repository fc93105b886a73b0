namespace P2Panda.Libp2p.Tests.Multiformats;

public sealed class VarIntTests
{
    [Theory]
    [InlineData(0ul, "00")]
    [InlineData(127ul, "7f")]
    [InlineData(128ul, "8001")]
    [InlineData(16384ul, "808001")]
    [InlineData((1ul << 63) - 1, "ffffffffffffffff7f")]
    public void KnownValues(ulong value, string hex)
    {
        Span<byte> buffer = stackalloc byte[VarInt.MaxLength];
        Convert.ToHexStringLower(buffer[..VarInt.Write(buffer, value)]).ShouldBe(hex);
        VarInt.TryRead(Convert.FromHexString(hex), out var read, out var length).ShouldBe(VarIntResult.Ok);
        read.ShouldBe(value);
        length.ShouldBe(hex.Length / 2);
        VarInt.LengthOf(value).ShouldBe(length);
    }

    [Theory]
    [InlineData("", VarIntResult.Incomplete)]
    [InlineData("80", VarIntResult.Incomplete)]
    [InlineData("8000", VarIntResult.NotMinimal)]
    [InlineData("ff808000", VarIntResult.NotMinimal)]
    [InlineData("ffffffffffffffffff01", VarIntResult.TooLong)]
    public void BadValuesHaveAReason(string hex, VarIntResult reason) =>
        VarInt.TryRead(Convert.FromHexString(hex), out _, out _).ShouldBe(reason);
}
