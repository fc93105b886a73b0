using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Tests.Reconciliation;

public class ReconcilerTests
{
    [Theory]
    [InlineData(100, 0, 1)]
    [InlineData(100, 1, 2)]
    [InlineData(100, 2, 2)]
    [InlineData(1_000, 10, 3)]
    [InlineData(1_000, 60, 5)]
    [InlineData(1_000, 100, 5)]
    public void The_difference_is_found_within_a_few_messages(int logs, int differing, int messages)
    {
        var (left, right) = Differ(logs, differing, seed: logs + differing);
        var message = Reconciler.Describe(left, 1, 0x1234, NameRange.Everything, 1);
        var speakers = new[] { right, left };
        for (var sent = 1; ; sent++)
        {
            sent.ShouldBeLessThanOrEqualTo(messages);
            var step = Reconciler.Compare(speakers[(sent - 1) % 2], RoundTrip(message), (uint)(0x9999 * sent), 3);
            if (step.Agreed)
            {
                differing.ShouldBe(0);
                return;
            }

            if (step.Difference is { } difference)
            {
                difference.Logs.Count.ShouldBe(differing);
                difference.Logs.ShouldAllBe(log => log.Theirs != null && log.Theirs != log.Ours);
                difference.Unnamed.ShouldBeEmpty();
                return;
            }

            message = step.Reply.ShouldNotBeNull();
        }
    }

    [Fact]
    public void A_stranger_with_nothing_is_served_range_by_range()
    {
        var full = LogSets.Of(5_000);
        var empty = new LogSet();
        var step = Reconciler.Compare(empty, Reconciler.Describe(full, 1, 5, NameRange.Everything, 1), 6, 11);
        var reply = step.Reply.ShouldNotBeNull();
        reply.Range.Bits.ShouldBeGreaterThan(4);

        var found = Reconciler.Compare(full, RoundTrip(reply), 7, 0).Difference.ShouldNotBeNull();
        found.Logs.Count.ShouldBe(full.CountIn(reply.Range));
        found.Logs.ShouldAllBe(log => log.Theirs == null);
    }

    [Fact]
    public void Differences_beyond_the_longest_sketch_are_cut_into_ranges()
    {
        var (left, right) = Differ(2_000, 700, seed: 4);
        var message = Reconciler.Describe(left, 1, 1, NameRange.Everything, 1);
        var sets = new[] { right, left };
        for (var turn = 0; turn < 12; turn++)
        {
            var step = Reconciler.Compare(sets[turn % 2], RoundTrip(message), (uint)turn + 100, 1);
            if (step.Difference is { } difference)
            {
                message.Range.Bits.ShouldBeGreaterThan(0);
                difference.Logs.ShouldNotBeEmpty();
                return;
            }

            message = step.Reply.ShouldNotBeNull();
        }

        Assert.Fail("no range was small enough");
    }

    [Fact]
    public void Messages_survive_the_wire_and_junk_is_refused()
    {
        var random = new Random(5);
        var sketch = Reconciler.Describe(LogSets.Of(40), 0xCAFE, 77, new NameRange(11, 0x7A1), 9).ToBytes();
        var want = new LogWantMessage(1, 2, [new LogWant(0xABCDEF012345, 9, 300), new LogWant(1, ulong.MaxValue, 0)], [5, 0xFFFFFFFFFFFF]).ToBytes();
        var wantReader = new WireReader(want);
        var wantAgain = LogWantMessage.Read(ref wantReader).ShouldNotBeNull();
        wantReader.Complete.ShouldBeTrue();
        wantAgain.ToBytes().ShouldBe(want);
        foreach (var original in new[] { sketch, want })
        {
            for (var trial = 0; trial < 3_000; trial++)
            {
                var junk = original[..random.Next(original.Length + 1)];
                for (var flips = random.Next(3); flips > 0 && junk.Length > 0; flips--)
                {
                    junk[random.Next(junk.Length)] = (byte)random.Next(256);
                }

                var sketchReader = new WireReader(junk);
                SketchMessage.Read(ref sketchReader)?.ToBytes().Length.ShouldBeLessThanOrEqualTo(junk.Length);
                var reader = new WireReader(junk);
                LogWantMessage.Read(ref reader)?.ToBytes().Length.ShouldBeLessThanOrEqualTo(junk.Length);
            }
        }
    }

    private static (LogSet Left, LogSet Right) Differ(int logs, int differing, int seed)
    {
        var left = LogSets.Of(logs);
        var right = LogSets.Copy(left);
        var random = new Random(seed);
        foreach (var number in Enumerable.Range(0, logs).OrderBy(_ => random.Next()).Take(differing).ToList())
        {
            var side = random.Next(2) == 0 ? left : right;
            var state = side.StateOf(LogSets.Log(number)).ShouldNotBeNull();
            side.Set(LogSets.Log(number), new LogState(state.Height + (ulong)random.Next(1, 20)));
        }

        return (left, right);
    }

    private static SketchMessage RoundTrip(SketchMessage message)
    {
        var bytes = message.ToBytes();
        var reader = new WireReader(bytes);
        var again = SketchMessage.Read(ref reader).ShouldNotBeNull();
        reader.Complete.ShouldBeTrue();
        again.ToBytes().ShouldBe(bytes);
        return again;
    }
}
