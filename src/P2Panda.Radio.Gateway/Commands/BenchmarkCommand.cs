using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using P2Panda.Radio.Gateway.Benchmarks;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>benchmark NAME [--json]</c>.</summary>
internal static class BenchmarkCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "One of: " + string.Join(", ", BenchmarkRegistry.All.Select(benchmark => benchmark.Name)) };
        var json = new Option<bool>("--json") { Description = "One JSON object a line: id, unit, measured, target, better, pass" };
        var only = new Option<string?>("--only") { Description = "One part of a benchmark that has parts, for example A6 of mesh" };
        var firstSeed = new Option<int>("--first-seed") { Description = "First seed of a benchmark that runs many", DefaultValueFactory = _ => 1 };
        var command = new Command("benchmark", "Measure something and compare it with its target (exit code 1 when a target is missed)") { name, json, only, firstSeed };
        foreach (var benchmark in BenchmarkRegistry.All)
        {
            name.CompletionSources.Add(benchmark.Name);
        }

        command.SetAction((result, cancellation) => Task.FromResult(
            Run(result.GetValue(name)!, result.GetValue(only), result.GetValue(firstSeed), result.GetValue(json), cancellation)));
        return command;
    }

    private static int Run(string name, string? only, int firstSeed, bool json, CancellationToken cancellation)
    {
        var benchmark = BenchmarkRegistry.All.SingleOrDefault(candidate => candidate.Name == name) ?? throw new CommandFailure(
            ExitCode.Usage,
            $"There is no benchmark '{name}'. There are: {string.Join(", ", BenchmarkRegistry.All.Select(candidate => candidate.Name))}.");
        benchmark.FirstSeed = firstSeed;
        var passed = true;
        var progress = new LineProgress();
        var table = new Table().AddColumns("figure", "measured", "unit", "target", "pass", "note");
        foreach (var figure in benchmark.Run(only, progress, cancellation))
        {
            passed &= figure.Pass;
            if (json)
            {
                Console.Out.WriteLine(ToJson(figure));
            }
            else
            {
                table.AddRow(
                    Markup.Escape(figure.Id),
                    figure.Measured.ToString("G5", CultureInfo.InvariantCulture),
                    Markup.Escape(figure.Unit),
                    figure.Target is { } target ? (figure.Better == Better.Higher ? "≥ " : "≤ ") + target.ToString("G5", CultureInfo.InvariantCulture) : "–",
                    figure.Target is null ? "–" : figure.Pass ? "yes" : "NO",
                    Markup.Escape(figure.Note ?? string.Empty));
            }
        }

        if (!json)
        {
            AnsiConsole.Write(table);
        }

        return passed ? ExitCode.Success : ExitCode.Failure;
    }

    private static string ToJson(Figure figure)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("id", figure.Id);
            writer.WriteString("unit", figure.Unit);
            WriteNumber(writer, "measured", figure.Measured);
            WriteNumber(writer, "target", figure.Target);
            writer.WriteString("better", figure.Better == Better.Higher ? "higher" : "lower");
            writer.WriteBoolean("pass", figure.Pass);
            if (figure.Note is not null)
            {
                writer.WriteString("note", figure.Note);
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private sealed class LineProgress : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
