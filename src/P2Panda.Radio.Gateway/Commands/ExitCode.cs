namespace P2Panda.Radio.Gateway.Commands;

/// <summary>Exit codes of every command; documented in the README.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The command ran and its answer is no: a check failed, a target was missed, an entry was refused.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Something outside the program is missing or broken: a file, a library, a device.</summary>
    public const int Environment = 3;

    /// <summary>A signal ended the command before it was done.</summary>
    public const int Interrupted = 130;
}
