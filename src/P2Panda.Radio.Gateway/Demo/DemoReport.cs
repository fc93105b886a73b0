using System.Globalization;
using System.Text.Json;
using P2Panda.Radio.Simulation.Ether;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Demo;

/// <summary>What a demonstration run came to, as tables and as one JSON object.</summary>
internal static class DemoReport
{
    public static void Print(IAnsiConsole console, DemoRun run)
    {
        var gateways = new Table().Title("Gateways").AddColumns("gateway", "entries", "frames sent", "airtime s", "of the hour %", "SPI transfers", "SPI bytes");
        foreach (var gateway in run.Gateways)
        {
            var airtime = Airtime(run, gateway.Name);
            gateways.AddRow(
                gateway.Name,
                Text(gateway.Store.EntryCount),
                Text(run.Ether.Transmissions.Count(transmission => transmission.Sender == gateway.Name)),
                airtime.ToString("F1", CultureInfo.InvariantCulture),
                (100 * airtime / Math.Max(3600, run.Elapsed.TotalSeconds)).ToString("F2", CultureInfo.InvariantCulture),
                Text(gateway.Station.SpiCounters.Transfers),
                Text(gateway.Station.SpiCounters.Bytes));
        }

        var links = new Table().Title("Links").AddColumns("from → to", "delivered", "lost", "faded", "collided", "receiver was sending", "out of range");
        foreach (var from in DemoRun.Names)
        {
            foreach (var to in DemoRun.Names.Where(to => to != from))
            {
                var counts = run.Ether.Counts(from, to);
                links.AddRow(
                    $"{from} → {to}",
                    Text(counts.Delivered),
                    Text(counts.Lost),
                    Text(counts.Of(LossReason.RandomLoss)),
                    Text(counts.Of(LossReason.Collision)),
                    Text(counts.Of(LossReason.HalfDuplex)),
                    Text(counts.Of(LossReason.OutOfRange)));
            }
        }

        console.Write(gateways);
        console.Write(links);
    }

    public static string ToJson(DemoRun run, long rawBytes) => JsonSerializer.Serialize(new
    {
        entries = run.EntryCount,
        delivered_min = run.Gateways.Min(gateway => gateway.Store.EntryCount),
        frames = run.Ether.Transmissions.Count,
        airtime_s = Math.Round(DemoRun.Names.Sum(name => Airtime(run, name)), 3),
        raw_bytes = rawBytes,
        air_bytes = run.Ether.Transmissions.Sum(transmission => (long)transmission.Length),
        direct_a_c = run.DirectDeliveries,
        simulated_s = Math.Round(run.Elapsed.TotalSeconds, 1),
    });

    private static double Airtime(DemoRun run, string name) => run.Ether.Transmissions
        .Where(transmission => transmission.Sender == name).Sum(transmission => transmission.Airtime.TotalSeconds);

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
