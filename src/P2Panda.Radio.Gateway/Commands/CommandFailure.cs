namespace P2Panda.Radio.Gateway.Commands;

/// <summary>Ends a command with one line for the operator and an exit code from <see cref="ExitCode"/>.</summary>
internal sealed class CommandFailure : Exception
{
    public CommandFailure(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    public int ExitCode { get; }
}
