using Microsoft.Extensions.Hosting;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Node;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>
/// Tells the service manager when the gateway is ready and when it stops, and, while its radio answers, that it is alive. A gateway whose
/// radio is gone for good falls silent, so that the manager starts it anew.
/// </summary>
internal sealed class ServiceManagerLink(ServiceNotifier notifier, IHostApplicationLifetime lifetime, TimeProvider time, RadioNode? node = null)
    : BackgroundService
{
    /// <summary>Whether this gateway does what it is for.</summary>
    internal bool IsAlive => node is null || node.RadioState is not (RadioState.Failed or RadioState.Off);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var started = lifetime.ApplicationStarted.Register(notifier.Ready);
        using var stopping = lifetime.ApplicationStopping.Register(notifier.Stopping);
        if (notifier.WatchdogInterval is not { } interval)
        {
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                if (IsAlive)
                {
                    notifier.Alive();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }
}
