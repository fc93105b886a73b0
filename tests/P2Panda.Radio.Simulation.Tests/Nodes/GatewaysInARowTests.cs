namespace P2Panda.Radio.Simulation.Tests.Nodes;

public sealed class GatewaysInARowTests
{
    private const double Loss = 0.2;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_entry_reaches_everybody_unchanged_and_lawfully(int seed)
    {
        using var row = new Row(3, seed, Loss);
        var logs = Row.ReferenceLogs();
        row.Start();
        for (var index = 0; index < logs.Count; index++)
        {
            foreach (var entry in logs[index])
            {
                row.Gateways[index].Publish(entry);
                row.Time.RunFor(TimeSpan.FromSeconds(3));
            }
        }

        row.RunUntilAllHold(logs.Sum(log => log.Count), TimeSpan.FromHours(2)).ShouldBeTrue();

        foreach (var entry in logs.SelectMany(log => log))
        {
            foreach (var gateway in row.Gateways)
            {
                gateway.Store.View.TryGetBytes(entry.Log, entry.SequenceNumber, out var bytes, out var payload).ShouldBeTrue();
                bytes.Span.SequenceEqual(entry.EntryBytes.Span).ShouldBeTrue();
                payload!.Value.Span.SequenceEqual(entry.PayloadBytes!.Value.Span).ShouldBeTrue();
            }
        }

        row.Ether.Counts("A", "C").Delivered.ShouldBe(0);
        row.Violations().ShouldBeEmpty();
    }

    [Fact]
    public void What_was_stored_before_the_radio_came_up_is_sent()
    {
        using var row = new Row(2, seed: 4, loss: 0);
        var log = Row.ReferenceLogs()[1];
        foreach (var entry in log)
        {
            row.Gateways[0].Publish(entry);
        }

        row.Start();

        row.RunUntilAllHold(log.Count, TimeSpan.FromMinutes(10)).ShouldBeTrue();
    }

    [Fact]
    public void Nobody_talks_about_what_everybody_has()
    {
        using var row = new Row(2, seed: 5, loss: 0);
        var log = Row.ReferenceLogs()[0];
        row.Start();
        foreach (var entry in log)
        {
            row.Gateways[0].Publish(entry);
        }

        row.RunUntilAllHold(log.Count, TimeSpan.FromMinutes(20)).ShouldBeTrue();
        row.Time.RunFor(TimeSpan.FromHours(2));
        var before = row.Ether.Transmissions.Count;
        row.Time.RunFor(TimeSpan.FromHours(4));

        // Announcements only: at most one in a few minutes from each.
        (row.Ether.Transmissions.Count - before).ShouldBeLessThan(4 * 60);
        row.Violations().ShouldBeEmpty();
    }

    [Fact]
    public void Same_seed_same_air()
    {
        static List<(string, TimeSpan, int)> Run()
        {
            using var row = new Row(3, seed: 6, Loss);
            row.Start();
            foreach (var entry in Row.ReferenceLogs()[2])
            {
                row.Gateways[1].Publish(entry);
            }

            row.Time.RunFor(TimeSpan.FromMinutes(5));
            return [.. row.Ether.Transmissions.Select(sent => (sent.Sender, sent.Start, sent.Length))];
        }

        Run().ShouldBe(Run());
    }

    [Fact]
    public void A_gateway_whose_radio_is_gone_goes_on_storing_and_its_neighbours_go_on_without_it()
    {
        using var row = new Row(3, seed: 1, loss: 0);
        var logs = Row.ReferenceLogs();
        row.Start();
        row.Time.RunFor(TimeSpan.FromSeconds(5));
        row.Gateways[2].Station.Chip.Fault = Simulation.Chip.ChipFault.BusStuckHigh;

        foreach (var entry in logs[0].Take(5))
        {
            row.Gateways[0].Publish(entry);
            row.Time.RunFor(TimeSpan.FromSeconds(60));
        }

        row.Gateways[2].Node.RadioState.ShouldBe(Air.Radio.RadioState.Failed);
        row.Gateways[2].Publish(logs[1][0]);
        row.Time.RunFor(TimeSpan.FromMinutes(30));
        row.Gateways[1].Store.EntryCount.ShouldBe(5);
        row.Gateways[2].Store.EntryCount.ShouldBe(1);
    }
}
