using System.CommandLine;
using System.Text.Json;
using P2Panda.Radio.Gateway.Api.Traffic;

namespace P2Panda.Radio.Gateway.Commands.Traffic;

/// <summary><c>traffic show|set|reset</c>: what crosses between internet and air, while the gateway runs.</summary>
internal static class TrafficCommand
{
    public static Command Create()
    {
        var show = new Command("show", "Print the rules that are in force");
        show.SetAction((result, cancellation) => RunAsync(result, HttpMethod.Get, null, cancellation));

        var file = new Argument<string>("file") { Description = "JSON with the rules, named as in the configuration's section 'traffic'; - for standard input" };
        var set = new Command("set", "Replace the rules at once; they win over the configuration's, also after a restart, until 'reset'") { file };
        set.SetAction((result, cancellation) => RunAsync(result, HttpMethod.Put, Read(result.GetValue(file)!), cancellation));

        var reset = new Command("reset", "Put the rules of the configuration in force again");
        reset.SetAction((result, cancellation) => RunAsync(result, HttpMethod.Delete, null, cancellation));
        return new Command("traffic", "What crosses between internet and air; asks the running gateway") { show, set, reset };
    }

    private static string Read(string file)
    {
        try
        {
            return file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{file}: {failure.Message}");
        }
    }

    private static async Task<int> RunAsync(ParseResult result, HttpMethod method, string? body, CancellationToken cancellation)
    {
        var answer = await GatewayCall.SendAsync(SettingsOptions.Read(result), method, TrafficRoutes.Rules, body, cancellation).ConfigureAwait(false);
        using var report = JsonDocument.Parse(answer);
        var origin = report.RootElement.GetProperty("areSet").GetBoolean()
            ? "These rules were set while the gateway ran; 'traffic reset' puts the configuration's in force again."
            : "These rules are the configuration's.";
        await Console.Error.WriteLineAsync(origin).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(GatewayCall.Indent(report.RootElement.GetProperty("rules"))).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
