namespace P2Panda.Radio.Mesh.Tests;

public class AirtimeBudgetTests
{
    [Fact]
    public void An_hour_s_share_is_never_exceeded_by_more_than_a_frame()
    {
        var budget = new AirtimeBudget(TimeSpan.FromSeconds(4), TimeSpan.Zero);
        var frame = TimeSpan.FromMilliseconds(300);
        var spent = TimeSpan.Zero;
        for (var now = TimeSpan.Zero; now < TimeSpan.FromHours(10); now += TimeSpan.FromSeconds(20))
        {
            if (budget.Allows(now))
            {
                budget.Spend(frame, now);
                spent += frame;
            }
        }

        spent.ShouldBeInRange(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(42.4));
    }

    [Fact]
    public void It_says_when_it_may_be_used_again()
    {
        var budget = new AirtimeBudget(TimeSpan.FromSeconds(4), TimeSpan.Zero);
        budget.Spend(TimeSpan.FromSeconds(3), TimeSpan.Zero);
        budget.Allows(TimeSpan.Zero).ShouldBeFalse();
        var again = budget.AllowedAt(TimeSpan.Zero);
        again.ShouldBeInRange(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
        budget.Allows(again).ShouldBeTrue();
    }
}
