using System.Runtime.InteropServices;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>
/// Turns SIGTERM and SIGINT into a cancellation from the program's first moment on, so that a service manager that changes its mind gets a
/// graceful end and exit code 0. A second signal ends the program as if nobody listened.
/// </summary>
internal sealed class Termination : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long _patience = (long)TimeSpan.FromSeconds(2).TotalMilliseconds;

    public Termination() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>How long after the first signal the command may take to end; then the program ends with 128 + the signal's number.</summary>
    public TimeSpan Patience
    {
        set => Volatile.Write(ref _patience, (long)value.TotalMilliseconds);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        var exitCode = context.Signal == PosixSignal.SIGINT ? 130 : 143;
        _ = EndAfterAsync(Volatile.Read(ref _patience), exitCode);
        _stop.Cancel();
    }

    private static async Task EndAfterAsync(long milliseconds, int exitCode)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds)).ConfigureAwait(false);
        Environment.Exit(exitCode);
    }
}
