using P2Panda.Radio.Mesh.Filters;
using P2Panda.Radio.Mesh.Tests.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Filters;

public class CarryFilterTests
{
    [Fact]
    public void Listed_authors_and_logs_are_kept_and_the_rest_is_carried_or_ignored()
    {
        var (ofAuthor, single, other) = (LogSets.Log(1), LogSets.Log(4), LogSets.Log(9));
        var filter = new CarryFilter([ofAuthor.Author], [single], CarryDecision.Carry);
        filter.Decide(ofAuthor).ShouldBe(CarryDecision.Keep);
        filter.Decide(LogSets.Log(2)).ShouldBe(CarryDecision.Keep);
        filter.Decide(single).ShouldBe(CarryDecision.Keep);
        filter.Decide(other).ShouldBe(CarryDecision.Carry);
        CarryFilter.Everything.Decide(other).ShouldBe(CarryDecision.Keep);
        Should.Throw<ArgumentOutOfRangeException>(() => new CarryFilter([ofAuthor.Author], [], CarryDecision.Keep));
    }

    [Fact]
    public void The_scope_names_what_is_kept_whatever_the_order()
    {
        var a = new CarryFilter([LogSets.Log(1).Author, LogSets.Log(9).Author], [], CarryDecision.Carry);
        var b = new CarryFilter([LogSets.Log(9).Author, LogSets.Log(1).Author], [], CarryDecision.Ignore);
        var c = new CarryFilter([LogSets.Log(9).Author], [LogSets.Log(1)], CarryDecision.Ignore);
        a.Scope.ShouldBe(b.Scope);
        a.Scope.ShouldNotBe(c.Scope);
        a.Scope.ShouldNotBe(CarryFilter.Everything.Scope);
    }
}
