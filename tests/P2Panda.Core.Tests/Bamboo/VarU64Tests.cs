using P2Panda.Core.Bamboo;

namespace P2Panda.Core.Tests.Bamboo;

public sealed class VarU64Tests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(247, "f7")]
    [InlineData(248, "f8f8")]
    [InlineData(255, "f8ff")]
    [InlineData(256, "f90100")]
    [InlineData(300, "f9012c")]
    [InlineData(65_536, "fa010000")]
    [InlineData(1UL << 56, "ff0100000000000000")]
    [InlineData(ulong.MaxValue, "ffffffffffffffffff")]
    public void WritesAndReadsTheShortestForm(ulong value, string hex)
    {
        var bytes = new byte[VarU64.MaxLength];
        var length = VarU64.Write(value, bytes);
        Convert.ToHexStringLower(bytes.AsSpan(0, length)).ShouldBe(hex);
        VarU64.LengthOf(value).ShouldBe(length);
        VarU64.TryRead(bytes, out var read, out var readLength).ShouldBeTrue();
        (read, readLength).ShouldBe((value, length));
        for (var shorter = 0; shorter < length; shorter++)
        {
            VarU64.TryRead(bytes.AsSpan(0, shorter), out _, out _).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("f800")]
    [InlineData("f8f7")]
    [InlineData("f900f8")]
    [InlineData("ff00ffffffffffffff")]
    public void LongerFormsAreRefused(string hex) =>
        VarU64.TryRead(Convert.FromHexString(hex), out _, out _).ShouldBeFalse();

    [Fact]
    public void EveryValueAtEveryBoundarySurvives()
    {
        var bytes = new byte[VarU64.MaxLength];
        for (var bit = 0; bit < 64; bit++)
        {
            foreach (var value in new[] { (1UL << bit) - 1, 1UL << bit, (1UL << bit) + 1 })
            {
                var length = VarU64.Write(value, bytes);
                VarU64.TryRead(bytes.AsSpan(0, length), out var read, out var readLength).ShouldBeTrue();
                (read, readLength).ShouldBe((value, length));
            }
        }
    }

    [Fact]
    public void TooLittleRoomIsACallersMistake() =>
        Should.Throw<ArgumentException>(() => VarU64.Write(248, new byte[1]));
}
