using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Reconciliation;

public class BinaryFieldTests
{
    [Fact]
    public void Known_products_by_hand()
    {
        BinaryField.Multiply(1UL << 63, 2).ShouldBe(0x1BUL);
        BinaryField.Multiply(1UL << 63, 4).ShouldBe(0x36UL);
        BinaryField.Multiply(3, 3).ShouldBe(5UL);
        BinaryField.Multiply(0, ulong.MaxValue).ShouldBe(0UL);
    }

    [Fact]
    public void Special_instructions_and_portable_code_agree()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var (a, b) = (Draw(random), Draw(random));
            BinaryField.MultiplyPortable(a, b).ShouldBe(BinaryField.Multiply(a, b));
        }
    }

    [Fact]
    public void It_is_a_field()
    {
        var random = new Random(2);
        for (var i = 0; i < 2_000; i++)
        {
            var (a, b, c) = (Draw(random), Draw(random), Draw(random) | 1);
            BinaryField.Multiply(a, b ^ c).ShouldBe(BinaryField.Multiply(a, b) ^ BinaryField.Multiply(a, c));
            BinaryField.Multiply(BinaryField.Multiply(a, b), c).ShouldBe(BinaryField.Multiply(a, BinaryField.Multiply(b, c)));
            BinaryField.Multiply(c, BinaryField.Invert(c)).ShouldBe(1UL);
        }

        Should.Throw<DivideByZeroException>(() => BinaryField.Invert(0));
    }

    private static ulong Draw(Random random) => (ulong)random.NextInt64() ^ ((ulong)random.NextInt64() << 1);
}
