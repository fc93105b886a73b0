using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Reconciliation;

public class SetSketchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(63)]
    [InlineData(200)]
    [InlineData(254)]
    public void Every_difference_below_the_length_is_found(int differing)
    {
        var random = new Random(differing + 1);
        foreach (var length in new[] { differing + 1, Math.Min(differing + 7, SetSketch.MaxLength) })
        {
            var left = new SetSketch(length);
            var right = new SetSketch(length);
            var shared = Draw(random, 100);
            left.Toggle(shared);
            right.Toggle(shared);
            var extra = Draw(random, differing);
            for (var i = 0; i < extra.Length; i++)
            {
                ((i & 1) == 0 ? left : right).Toggle(extra[i]);
            }

            var found = SetSketch.Difference(left, right).ShouldNotBeNull();
            found.Order().ShouldBe(extra.Order());
        }
    }

    [Fact]
    public void A_difference_that_is_too_large_is_recognised()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 400; trial++)
        {
            var length = random.Next(1, 24);
            var sketch = new SetSketch(length);
            sketch.Toggle(Draw(random, length + random.Next(0, 40)));
            SetSketch.Difference(sketch, new SetSketch(length)).ShouldBeNull();
        }
    }

    [Fact]
    public void Invented_sums_give_nothing_or_a_set_with_exactly_these_sums()
    {
        var random = new Random(8);
        for (var trial = 0; trial < 400; trial++)
        {
            var sums = Draw(random, random.Next(1, 20));
            if (trial % 3 == 0)
            {
                Array.Clear(sums, 0, sums.Length - 1);
            }
            else if (trial % 3 == 1)
            {
                Array.Fill(sums, sums[0]);
            }

            var decoded = SetSketch.Difference(new SetSketch(sums), new SetSketch(sums.Length));
            if (decoded is not null)
            {
                var again = new SetSketch(sums.Length);
                again.Toggle(decoded);
                again.Sums.SequenceEqual(sums).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void A_shorter_sketch_is_the_beginning_of_a_longer_one()
    {
        var elements = Draw(new Random(9), 33);
        var (small, large) = (new SetSketch(5), new SetSketch(50));
        small.Toggle(elements);
        foreach (var element in elements)
        {
            large.Toggle(element);
        }

        SetSketch.Agree(small, large).ShouldBeTrue();
        small.Toggle(1);
        SetSketch.Agree(small, large).ShouldBeFalse();
        SetSketch.Difference(small, large).ShouldBe([1UL]);
    }

    [Fact]
    public void Length_is_bounded()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new SetSketch(0));
        Should.Throw<ArgumentOutOfRangeException>(() => new SetSketch(SetSketch.MaxLength + 1));
    }

    private static ulong[] Draw(Random random, int count)
    {
        var drawn = new HashSet<ulong>();
        while (drawn.Count < count)
        {
            drawn.Add((ulong)random.NextInt64(1, long.MaxValue) * 2 + 1);
        }

        return [.. drawn];
    }
}
