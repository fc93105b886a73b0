using System.CommandLine;
using P2Panda.Radio.Gateway.Demo;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>demo</c>: three gateways carry real entries over a lossy simulated channel.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var input = new Option<string>("--input") { Description = "Logs as JSON (see tests/vectors/bamboo/entries_logs.json)", Required = true };
        var directory = new Option<string>("--directory") { Description = "Where the three databases are made; must hold none", Required = true };
        var result = new Option<string?>("--result") { Description = "File that gets the result as one JSON object" };
        var seed = new Option<int>("--seed") { Description = "Seed of the simulation", DefaultValueFactory = _ => 1 };
        var loss = new Option<double>("--loss") { Description = "Share of frames each link loses, 0 to 0.9", DefaultValueFactory = _ => 0.2 };
        var command = new Command("demo", "Three gateways carry real p2panda entries over a lossy simulated channel (exit code 1 when any is missing)")
        {
            input, directory, result, seed, loss,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(input)!,
            new DemoOptions(parsed.GetValue(directory)!, parsed.GetValue(seed), parsed.GetValue(loss)),
            parsed.GetValue(result),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string input, DemoOptions options, string? resultFile, CancellationToken cancellation)
    {
        if (options.Loss is not (>= 0 and <= 0.9))
        {
            throw new CommandFailure(ExitCode.Usage, $"--loss {options.Loss} is not between 0 and 0.9");
        }

        var logs = DemoInput.Read(input);
        var rawBytes = logs.Sum(log => log.Sum(entry => (long)entry.EntryBytes.Length + (entry.PayloadBytes?.Length ?? 0)));
        Directory.CreateDirectory(options.Directory);
        await using var run = new DemoRun(options, logs);
        AnsiConsole.MarkupLine(
            $"Three gateways in a row, A – B – C; A and C cannot hear each other; every link loses {options.Loss:P0} of the frames.");
        AnsiConsole.MarkupLine($"{run.EntryCount} entries of {logs.Count} logs, {rawBytes:N0} bytes, in virtual time under the European plan.");
        var complete = await AnsiConsole.Progress().HideCompleted(false).StartAsync(context =>
        {
            var tasks = run.Gateways.Select(gateway => context.AddTask($"gateway {gateway.Name}", maxValue: run.EntryCount)).ToList();
            return Task.FromResult(run.Run(now =>
            {
                for (var index = 0; index < tasks.Count; index++)
                {
                    tasks[index].Value = now.Gateways[index].Store.EntryCount;
                }
            }, cancellation));
        }).ConfigureAwait(false);

        DemoReport.Print(AnsiConsole.Console, run);
        if (resultFile is not null)
        {
            await File.WriteAllTextAsync(resultFile, DemoReport.ToJson(run, rawBytes), cancellation).ConfigureAwait(false);
        }

        // A frame that went from A to C would mean that the row is no row.
        return complete && run.DirectDeliveries == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
