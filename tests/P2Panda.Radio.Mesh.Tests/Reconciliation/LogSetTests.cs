using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Reconciliation;

public class LogSetTests
{
    [Fact]
    public void Sets_with_the_same_content_agree_whatever_their_history()
    {
        var left = LogSets.Of(200);
        var right = new LogSet();
        foreach (var (log, state) in left.Logs().Reverse())
        {
            right.Set(log, new LogState(1));
            right.Set(LogSets.Log(100_000), new LogState(5));
            right.Set(log, state);
        }

        right.Remove(LogSets.Log(100_000)).ShouldBeTrue();
        right.Remove(LogSets.Log(100_000)).ShouldBeFalse();
        right.Totals.ShouldBe(left.Totals);
        SetSketch.Agree(left.Sketch(7, NameRange.Everything, 9), right.Sketch(7, NameRange.Everything, 9)).ShouldBeTrue();
        SetSketch.Agree(left.Sketch(7, NameRange.Everything, 9), right.Sketch(8, NameRange.Everything, 9)).ShouldBeFalse();
    }

    [Fact]
    public void Ranges_add_up_to_everything()
    {
        var set = LogSets.Of(500);
        Enumerable.Range(0, 8).Sum(prefix => set.CountIn(new NameRange(3, (uint)prefix))).ShouldBe(500);
        var xor = Enumerable.Range(0, 8).Aggregate(0UL, (sum, prefix) => sum ^ set.Sketch(1, new NameRange(3, (uint)prefix), 1).Sums[0]);
        xor.ShouldBe(set.Sketch(1, NameRange.Everything, 1).Sums[0]);
        NameRange.Of(LogName.Of(LogSets.Log(3)), 0).ShouldBe(NameRange.Everything);
        NameRange.Of(LogName.Of(LogSets.Log(3)), 24).Contains(LogName.Of(LogSets.Log(3))).ShouldBeTrue();
    }

    [Fact]
    public void A_difference_is_explained_by_log_and_direction()
    {
        var ours = LogSets.Of(50);
        var theirs = LogSets.Copy(ours);
        var (ahead, behind, onlyOurs, onlyTheirs, forked) =
            (LogSets.Log(3), LogSets.Log(4), LogSets.Log(5), LogSets.Log(77), LogSets.Log(6));
        ours.Set(ahead, new LogState(300));
        ours.Set(behind, new LogState(2));
        theirs.Set(behind, new LogState(9));
        theirs.Remove(onlyOurs);
        theirs.Set(onlyTheirs, new LogState(1));
        theirs.Set(forked, LogState.Frozen);

        var difference = Decode(ours, theirs);

        var byLog = difference.Logs.ToDictionary(log => log.Log);
        byLog.Count.ShouldBe(4);
        byLog[ahead].Theirs.ShouldBe(theirs.StateOf(ahead));
        byLog[behind].Theirs.ShouldBe(new LogState(9));
        byLog[onlyOurs].Theirs.ShouldBeNull();
        byLog[forked].Theirs.ShouldBe(LogState.Frozen);
        difference.Unnamed.Count.ShouldBe(1);

        var want = LogWantMessage.For(difference, 0, 99).ShouldNotBeNull();
        var resolved = theirs.Resolve(99, want.Logs.Select(log => log.Tag).ToHashSet(), want.Unnamed.ToHashSet()).ToList();
        resolved.Select(pair => pair.Value).ShouldContain(behind);
        resolved.Select(pair => pair.Value).ShouldContain(forked);
        resolved.Select(pair => pair.Value).ShouldContain(onlyTheirs);
        want.Logs.ShouldContain(log => log.From == 3 && log.Count == 7);
    }

    [Fact]
    public void A_log_far_behind_is_asked_for_from_where_it_stands()
    {
        var ours = LogSets.Of(50);
        var theirs = LogSets.Copy(ours);
        ours.Set(LogSets.Log(8), new LogState(10));
        theirs.Set(LogSets.Log(8), new LogState(100_000));

        var difference = Decode(ours, theirs);
        var want = LogWantMessage.For(difference, 0, 99).ShouldNotBeNull();

        want.Logs.ShouldHaveSingleItem().From.ShouldBe(11UL);
        want.Logs[0].Count.ShouldBe(0UL);
        want.Unnamed.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_forked_log_has_one_value_for_ever()
    {
        var left = LogSets.Of(10);
        var right = LogSets.Copy(left);
        left.Set(LogSets.Log(1), LogState.Frozen);
        right.Set(LogSets.Log(1), new LogState(0, true));
        SetSketch.Agree(left.Sketch(1, NameRange.Everything, 3), right.Sketch(1, NameRange.Everything, 3)).ShouldBeTrue();
    }

    /// <summary>The explanation is made with the salt that the wants then use; the tests use one salt for both.</summary>
    private static SetDifference Decode(LogSet ours, LogSet theirs)
    {
        var elements = SetSketch.Difference(
            ours.Sketch(99, NameRange.Everything, 20), theirs.Sketch(99, NameRange.Everything, 20)).ShouldNotBeNull();
        return ours.Explain(99, NameRange.Everything, elements);
    }
}
