using System.CommandLine;
using System.Text.Json;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>config check|show|schema</c>.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var check = new Command("check", "Check the configuration and list everything that is wrong");
        check.SetAction(result =>
        {
            SettingsOptions.Read(result);
            Console.Out.WriteLine("The configuration is valid.");
            return ExitCode.Success;
        });

        var show = new Command("show", "Print the settings in force, as JSON");
        show.SetAction(result =>
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(SettingsOptions.Read(result), SettingsJson.Options));
            return ExitCode.Success;
        });

        var schema = new Command("schema", "Print the JSON schema of the configuration file");
        schema.SetAction(_ =>
        {
            Console.Out.Write(SettingsJson.Schema());
            return ExitCode.Success;
        });

        return new Command("config", "Check and show the configuration") { check, show, schema };
    }
}
