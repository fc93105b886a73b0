using System.CommandLine;
using P2Panda.Radio.Gateway.Commands;

var root = new RootCommand("Carries p2panda's append-only logs over LoRa.")
{
    SettingsOptions.Config,
    SettingsOptions.Set,
    ConfigCommand.Create(),
    RegionsCommand.Create(),
    SolarCommand.Create(),
    BenchmarkCommand.Create(),
    VerifyCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CommandFailure failure)
{
    await Console.Error.WriteLineAsync($"p2panda-radio: {failure.Message}");
    return failure.ExitCode;
}
