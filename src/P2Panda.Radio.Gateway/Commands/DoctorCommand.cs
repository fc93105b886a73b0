using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Doctor;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>doctor</c>: looks at everything between the configuration and the chip, and says what to type.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var radio = new RadioSelection();
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        var command = radio.AddTo(new Command("doctor", "Look for what keeps the gateway from working, and say what to type (exit code 1 when there is something)") { json });
        command.SetAction(result =>
        {
            var file = SettingsOptions.File(result);
            var read = SettingsReader.Read(file, Environment.GetEnvironmentVariables(), result.GetValue(SettingsOptions.Set) ?? []);
            var settings = radio.Apply(result, read.Settings ?? new GatewaySettings());
            using var logging = LoggerFactory.Create(ConsoleLog.Add);
            var findings = Examination.Run(new Patient
            {
                Settings = settings,
                ConfigurationFile = file,
                ConfigurationProblems = read.Problems,
                Board = BoardOf(settings.Radio),
                OpenChip = () => OpenedChip.Open(settings.Radio, logging),
            });
            foreach (var finding in findings)
            {
                Print(finding, result.GetValue(json));
            }

            return findings.Any(finding => finding.Verdict == Verdict.Failed) ? ExitCode.Failure : ExitCode.Success;
        });
        return command;
    }

    private static Board? BoardOf(RadioSection radio)
    {
        try
        {
            return radio.Driver == RadioDriver.Sx127x ? BoardChoice.Of(radio) : null;
        }
        catch (CommandFailure)
        {
            // The check of the configuration says so.
            return null;
        }
    }

    private static void Print(Finding finding, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new { check = finding.Check, verdict = finding.Verdict.ToString(), message = finding.Message, remedy = finding.Remedy }, Line));
            return;
        }

        var word = finding.Verdict switch
        {
            Verdict.Ok => "ok",
            Verdict.Warning => "look",
            Verdict.Failed => "FAIL",
            _ => "–",
        };
        Console.Out.WriteLine($"{word,-5}{finding.Check,-14} {finding.Message}");
        if (finding.Remedy is not null)
        {
            Console.Out.WriteLine($"     {"type",-14} {finding.Remedy}");
        }
    }
}
