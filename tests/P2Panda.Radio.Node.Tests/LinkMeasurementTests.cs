namespace P2Panda.Radio.Node.Tests;

public sealed class LinkMeasurementTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.35)]
    public void Loss_of_a_link_is_measured_from_what_neighbours_say_they_sent(double loss)
    {
        using var pair = new Pair();
        using var left = pair.Gateway("left", pair.NewStore());
        using var right = pair.Gateway("right", pair.NewStore());
        pair.Connect("left", "right", loss);
        left.Start();
        right.Start();
        foreach (var entry in Pair.Entries().Take(60))
        {
            left.Publish(entry);
            pair.Time.RunFor(TimeSpan.FromMinutes(10));
        }

        var link = right.Node.Links.ShouldHaveSingleItem();
        link.FramesHeard.ShouldBeGreaterThan(20);
        link.Loss.ShouldBe(loss, 0.15);
        right.Node.Mesh.PlanningLoss.ShouldBeInRange(Math.Max(0.02, loss - 0.1), loss + 0.3);
        left.Node.Mesh.PlanningLoss.ShouldNotBe(0.2);
        left.Node.Links.ShouldHaveSingleItem().LastHeard.ShouldBeGreaterThan(TimeSpan.Zero);
    }
}
