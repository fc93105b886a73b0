using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using P2Panda.Radio.Simulation.Reports;
using P2Panda.Radio.Simulation.Scenarios;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>simulate</c>: a scenario in virtual time, and its report.</summary>
internal static class SimulateCommand
{
    private const string Default = "village";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var name = new Argument<string>("scenario")
        {
            Description = $"A scenario's file, or one of {string.Join(", ", ScenarioFiles.Names)}",
            DefaultValueFactory = _ => Default,
        };
        name.CompletionSources.Add([.. ScenarioFiles.Names]);
        var nodes = new Option<int?>("--nodes") { Description = "Gateways, where the scenario scatters them" };
        var neighbours = new Option<double?>("--neighbours") { Description = "Mean number of gateways in reach of each, where the scenario scatters them" };
        var loss = new Option<double?>("--loss") { Description = "Share of frames each link loses beside collisions, 0 to 0.9" };
        var entries = new Option<int?>("--entries") { Description = "Chat lines written at each gateway" };
        var minutes = new Option<double?>("--minutes") { Description = "Simulated minutes" };
        var seed = new Option<int?>("--seed") { Description = "Decides everything that is left to chance" };
        var report = new Option<DirectoryInfo?>("--report") { Description = "Folder for the report, NAME.html and NAME.json; default: simulation-reports, none with --json" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command("simulate", "Run a scenario of many gateways in virtual time and write its report (exit code 1 when a legal limit is exceeded)")
        {
            name, nodes, neighbours, loss, entries, minutes, seed, report, json,
        };
        command.SetAction((result, cancellation) =>
        {
            var (title, scenario) = Read(result.GetValue(name)!);
            var scatter = scenario.Places.Scatter;
            if (scatter is null && (result.GetValue(nodes) is not null || result.GetValue(neighbours) is not null))
            {
                throw new CommandFailure(ExitCode.Usage, $"the places of {title} are fixed: --nodes and --neighbours do not apply");
            }

            var changed = scenario with
            {
                Seed = result.GetValue(seed) ?? scenario.Seed,
                Minutes = result.GetValue(minutes) ?? scenario.Minutes,
                Channel = scenario.Channel with { Loss = result.GetValue(loss) ?? scenario.Channel.Loss },
                Places = scatter is null ? scenario.Places : scenario.Places with
                {
                    Scatter = scatter with
                    {
                        Nodes = result.GetValue(nodes) ?? scatter.Nodes,
                        MeanNeighbours = result.GetValue(neighbours) ?? scatter.MeanNeighbours,
                    },
                },
                Traffic = [.. scenario.Traffic.Select(line => line with { EntriesPerNode = result.GetValue(entries) ?? line.EntriesPerNode })],
            };
            changed = Checked(() => ScenarioFiles.Check(changed, title));
            var folder = result.GetValue(report) ?? (result.GetValue(json) ? null : new DirectoryInfo("simulation-reports"));
            return Task.FromResult(Run(title, changed, folder, result.GetValue(json), cancellation));
        });
        return command;
    }

    private static (string Title, Scenario Scenario) Read(string nameOrPath) =>
        (Path.GetFileNameWithoutExtension(nameOrPath), Checked(() => ScenarioFiles.Read(nameOrPath)));

    private static Scenario Checked(Func<Scenario> read)
    {
        try
        {
            return read();
        }
        catch (ScenarioException failure)
        {
            throw new CommandFailure(ExitCode.Usage, failure.Message);
        }
    }

    private static int Run(string title, Scenario scenario, DirectoryInfo? folder, bool json, CancellationToken cancellation)
    {
        using var run = new ScenarioRun(scenario);
        var outcome = json
            ? run.Run(_ => { }, cancellation)
            : AnsiConsole.Progress().Start(context =>
            {
                var task = context.AddTask("simulated time", maxValue: scenario.Minutes);
                return run.Run(now => task.Value = now.TotalMinutes, cancellation);
            });
        if (folder is not null)
        {
            folder.Create();
            File.WriteAllText(Path.Combine(folder.FullName, title + ".html"), ScenarioPage.Of(title, scenario, outcome));
            File.WriteAllText(Path.Combine(folder.FullName, title + ".json"), JsonSerializer.Serialize(outcome, Json) + "\n");
        }

        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new
                {
                    scenario = title,
                    outcome.Seed,
                    Nodes = outcome.Gateways.Count,
                    outcome.Entries,
                    outcome.Delivered,
                    outcome.DelayMedianSeconds,
                    outcome.DelayP95Seconds,
                    outcome.Frames,
                    outcome.AirtimeSeconds,
                    outcome.AirtimeByKindSeconds,
                    outcome.HostileAirtimeSeconds,
                    Violations = outcome.Violations.Count,
                },
                Json));
        }
        else
        {
            Print(title, outcome);
            AnsiConsole.MarkupLineInterpolated($"Report: {Path.Combine(folder!.ToString(), title)}.html");
        }

        return outcome.Violations.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static void Print(string title, ScenarioResult outcome)
    {
        var table = new Table().AddColumns("what", "value");
        table.AddRow("scenario, seed", $"{title}, {outcome.Seed}");
        table.AddRow("gateways", Text(outcome.Gateways.Count));
        table.AddRow("entries", Text(outcome.Entries));
        table.AddRow("delivered", (100 * outcome.Delivered).ToString("F2", CultureInfo.InvariantCulture) + " %");
        table.AddRow("delay: half, 95 %", string.Create(CultureInfo.InvariantCulture, $"{outcome.DelayMedianSeconds:F0} s, {outcome.DelayP95Seconds:F0} s"));
        table.AddRow("frames", Text(outcome.Frames));
        table.AddRow("airtime of all", Seconds(outcome.AirtimeSeconds));
        foreach (var (kind, airtime) in outcome.AirtimeByKindSeconds)
        {
            table.AddRow("  " + kind, Seconds(airtime));
        }

        if (outcome.HostileAirtimeSeconds > 0)
        {
            table.AddRow("airtime of the hostile", Seconds(outcome.HostileAirtimeSeconds));
        }

        table.AddRow("legal limits exceeded", Text(outcome.Violations.Count));
        AnsiConsole.Write(table);
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds.ToString("F1", CultureInfo.InvariantCulture) + " s";
}
