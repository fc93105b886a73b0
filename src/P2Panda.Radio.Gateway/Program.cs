using System.CommandLine;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Commands.Peers;
using P2Panda.Radio.Gateway.Commands.Traffic;
using P2Panda.Store;
using Spectre.Console;

// Before anything else: whoever starts the program may end it at once.
using var termination = new Termination();
var root = new RootCommand("Carries p2panda's append-only logs over LoRa.")
{
    SettingsOptions.Config,
    SettingsOptions.Set,
    KeysCommand.Create(),
    PublishCommand.Create(),
    EntriesCommand.Create(),
    DocumentsCommand.Create(),
    RunCommand.Create(),
    NetworkCommand.Create(),
    PeersCommand.Create(),
    RelayCommand.Create(),
    TrustCommand.Create(),
    TrafficCommand.Create(),
    QuarantineCommand.Create(),
    SimulateCommand.Create(),
    SimCommand.Create(),
    DemoCommand.Create(),
    ConfigCommand.Create(),
    RegionsCommand.Create(),
    P2Panda.Radio.Gateway.Commands.Radio.RadioCommand.Create(),
    DoctorCommand.Create(),
    SolarCommand.Create(),
    BenchmarkCommand.Create(),
    VerifyCommand.Create(),
};
root.Add(ManCommand.Create(root));

if (Console.IsOutputRedirected)
{
    // A file or a pipe gets plain text, as wide as the tables are.
    AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
    AnsiConsole.Profile.Width = 160;
}

try
{
    var command = root.Parse(args);
    termination.Patience = command.CommandResult.Command.Name is RunCommand.Name or RelayCommand.Name ? RunCommand.LongestStop : Termination.ShortPatience;
    return await command.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, termination.Token);
}
catch (OperationCanceledException) when (termination.Token.IsCancellationRequested)
{
    return ExitCode.Interrupted;
}
catch (CommandFailure failure)
{
    await Console.Error.WriteLineAsync($"p2panda-radio: {failure.Message}");
    return failure.ExitCode;
}
catch (Exception failure) when (failure is KeyFileException or NativeLibraryException or StoreException or RadioException)
{
    await Console.Error.WriteLineAsync($"p2panda-radio: {failure.Message}");
    return ExitCode.Environment;
}
