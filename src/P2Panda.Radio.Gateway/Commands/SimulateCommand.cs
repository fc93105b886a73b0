using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using P2Panda.Radio.Simulation.Scenarios;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>simulate</c>: scattered gateways in virtual time.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var defaults = new ChatScenarioOptions();
        var nodes = new Option<int>("--nodes") { Description = "Gateways, 2 to 200", DefaultValueFactory = _ => defaults.Nodes };
        var neighbours = new Option<double>("--neighbours") { Description = "Mean number of gateways in reach of each", DefaultValueFactory = _ => defaults.MeanNeighbours };
        var loss = new Option<double>("--loss") { Description = "Share of frames each link loses beside collisions, 0 to 0.9", DefaultValueFactory = _ => defaults.Loss };
        var entries = new Option<int>("--entries") { Description = "Chat lines written at each gateway, 0 to 1000", DefaultValueFactory = _ => defaults.EntriesPerNode };
        var minutes = new Option<double>("--minutes") { Description = "Simulated minutes of writing, 1 to 1440; as long again is quiet", DefaultValueFactory = _ => defaults.Writing.TotalMinutes };
        var seed = new Option<int>("--seed") { Description = "Decides everything that is left to chance", DefaultValueFactory = _ => defaults.Seed };
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command("simulate", "Gateways scattered over a square exchange chat lines in virtual time (exit code 1 when a legal limit is exceeded)")
        {
            nodes, neighbours, loss, entries, minutes, seed, json,
        };
        command.SetAction((result, cancellation) =>
        {
            var time = TimeSpan.FromMinutes(Within(result, minutes, 1, 1440));
            var options = defaults with
            {
                Nodes = Within(result, nodes, 2, 200),
                MeanNeighbours = Within(result, neighbours, 1.0, 199.0),
                Loss = Within(result, loss, 0.0, 0.9),
                EntriesPerNode = Within(result, entries, 0, 1000),
                Writing = time,
                Quiet = time,
                Seed = Within(result, seed, 1, int.MaxValue / 20_000),
            };
            return Task.FromResult(Run(options, result.GetValue(json), cancellation));
        });
        return command;
    }

    private static T Within<T>(ParseResult result, Option<T> option, T low, T high)
        where T : IComparable<T>, IFormattable
    {
        var value = result.GetValue(option)!;
        return value.CompareTo(low) >= 0 && value.CompareTo(high) <= 0
            ? value
            : throw new CommandFailure(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value} is not between {low} and {high}"));
    }

    private static int Run(ChatScenarioOptions options, bool json, CancellationToken cancellation)
    {
        using var scenario = new ChatScenario(options);
        var end = options.Writing + options.Quiet;
        var outcome = json
            ? scenario.Run(_ => { }, cancellation)
            : AnsiConsole.Progress().Start(context =>
            {
                var task = context.AddTask("simulated time", maxValue: end.TotalMinutes);
                return scenario.Run(now => task.Value = now.TotalMinutes, cancellation);
            });
        if (json)
        {
            Console.Out.WriteLine(ToJson(options, outcome));
        }
        else
        {
            Print(options, outcome);
        }

        return outcome.Violations.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static void Print(ChatScenarioOptions options, ChatScenarioResult outcome)
    {
        var table = new Table().AddColumns("what", "value");
        table.AddRow("gateways, seed", $"{options.Nodes}, {options.Seed}");
        table.AddRow("entries", Text(outcome.Entries));
        table.AddRow("delivered", (100 * outcome.Delivered).ToString("F2", CultureInfo.InvariantCulture) + " %");
        table.AddRow("delay: half, 95 %", string.Create(CultureInfo.InvariantCulture, $"{outcome.MedianDelay.TotalSeconds:F0} s, {outcome.NinetyFifthDelay.TotalSeconds:F0} s"));
        table.AddRow("frames", Text(outcome.Frames));
        table.AddRow("airtime of all", outcome.Airtime.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s");
        foreach (var (kind, traffic) in outcome.Traffic)
        {
            table.AddRow("  " + kind, string.Create(CultureInfo.InvariantCulture, $"{traffic.Frames:N0} frames, {traffic.Airtime.TotalSeconds:F1} s"));
        }

        table.AddRow("legal limits exceeded", Text(outcome.Violations.Count));
        AnsiConsole.Write(table);
    }

    private static string ToJson(ChatScenarioOptions options, ChatScenarioResult outcome) => JsonSerializer.Serialize(new
    {
        nodes = options.Nodes,
        seed = options.Seed,
        entries = outcome.Entries,
        delivered = Math.Round(outcome.Delivered, 5),
        delay_median_s = outcome.MedianDelay.TotalSeconds,
        delay_p95_s = outcome.NinetyFifthDelay.TotalSeconds,
        frames = outcome.Frames,
        airtime_s = Math.Round(outcome.Airtime.TotalSeconds, 3),
        airtime_by_kind_s = outcome.Traffic.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value.Airtime.TotalSeconds, 3)),
        violations = outcome.Violations.Count,
    });

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
