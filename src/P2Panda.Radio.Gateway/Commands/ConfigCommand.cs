using System.CommandLine;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>config check|show|init|schema</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var check = new Command("check", "Check the configuration and list everything that is wrong");
        check.SetAction(result =>
        {
            var problems = SettingsCheck.Problems(SettingsOptions.Read(result));
            if (problems.Count > 0)
            {
                throw new CommandFailure(ExitCode.Usage, string.Join(Environment.NewLine, problems));
            }

            Console.Out.WriteLine("The configuration is valid.");
            return ExitCode.Success;
        });

        var show = new Command("show", "Print the settings in force, as JSON; passwords and keys are hidden");
        show.SetAction(result =>
        {
            Console.Out.WriteLine(SettingsFile.Show(SettingsOptions.Read(result)));
            return ExitCode.Success;
        });

        var file = new Argument<string>("file") { Description = "The file to write; it must not exist", DefaultValueFactory = _ => "p2panda-radio.json" };
        var init = new Command("init", "Write a configuration file with every setting, its meaning and its default") { file };
        init.SetAction(result => Write(result.GetValue(file)!));

        var schema = new Command("schema", "Print the JSON schema of the configuration file");
        schema.SetAction(_ =>
        {
            Console.Out.Write(SettingsJson.Schema());
            return ExitCode.Success;
        });

        return new Command("config", "Check and show the configuration") { check, show, init, schema };
    }

    private static int Write(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            using var writer = new StreamWriter(file);
            writer.Write(SettingsFile.Template());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{path} was not written: {failure.Message}");
        }

        Console.Out.WriteLine($"Wrote {path}; p2panda-radio uses it with --config {path}, or when P2PANDA_RADIO_CONFIG names it.");
        return ExitCode.Success;
    }
}
