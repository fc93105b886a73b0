using System.CommandLine;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>The options through which every command finds its settings.</summary>
internal static class SettingsOptions
{
    public static Option<string?> Config { get; } = new("--config")
    {
        Description = "Configuration file (JSON with comments); default: P2PANDA_RADIO_CONFIG, else built-in settings",
        Recursive = true,
    };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Override one setting, for example --set radio.region=eu868",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The configuration file of a call, or none for built-in settings.</summary>
    public static string? File(ParseResult result) => result.GetValue(Config) ?? Environment.GetEnvironmentVariable("P2PANDA_RADIO_CONFIG");

    /// <summary>Reads and checks the settings of a call, or tells what is wrong.</summary>
    public static SettingsResult TryRead(ParseResult result) =>
        SettingsReader.Read(File(result), Environment.GetEnvironmentVariables(), result.GetValue(Set) ?? []);

    /// <summary>Reads and checks the settings of a call.</summary>
    /// <exception cref="CommandFailure">The settings are wrong; the message lists everything.</exception>
    public static GatewaySettings Read(ParseResult result)
    {
        var read = TryRead(result);
        return read.Settings ?? throw new CommandFailure(
            ExitCode.Usage,
            "the configuration is wrong:" + string.Concat(read.Problems.Select(problem => Environment.NewLine + "  " + problem)));
    }
}
