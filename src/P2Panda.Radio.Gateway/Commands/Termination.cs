using System.Diagnostics;
using System.Runtime.InteropServices;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>
/// Turns SIGTERM and SIGINT into a cancellation from the program's first moment on, so that a service manager that changes its mind gets a
/// graceful end and exit code 0. A second signal ends the program as if nobody listened.
/// </summary>
internal sealed class Termination : IDisposable
{
    /// <summary>For commands that do not say how long they need.</summary>
    public static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private long _patience = long.MaxValue;

    public Termination() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// How long after the first signal the command may take to end; then the program ends with 128 + the signal's number. For ever until it
    /// is known which command that is.
    /// </summary>
    public TimeSpan Patience
    {
        set => Volatile.Write(ref _patience, value.Ticks);
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
        _ = EndInTimeAsync(context.Signal == PosixSignal.SIGINT ? 130 : 143);
        _stop.Cancel();
    }

    private async Task EndInTimeAsync(int exitCode)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.Ticks < Volatile.Read(ref _patience))
        {
            await Task.Delay(Glance).ConfigureAwait(false);
        }

        Environment.Exit(exitCode);
    }
}
