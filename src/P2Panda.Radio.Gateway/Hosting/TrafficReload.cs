using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Bridge.Traffic;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Reads the configuration again on SIGHUP and puts the traffic rules in force; everything else needs a restart.</summary>
internal sealed partial class TrafficReload(SettingsSource source, TrafficPolicy policy, ILogger<TrafficReload> log) : IHostedService, IDisposable
{
    private PosixSignalRegistration? _signal;
    private GatewaySettings? _begun;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _begun = source.Read().Settings;
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Reload();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _signal?.Dispose();
        _signal = null;
    }

    private void Reload()
    {
        var read = source.Read();
        if (read.Settings is not { } settings)
        {
            LogWrong(string.Join("; ", read.Problems));
            return;
        }

        policy.Change(settings.Traffic.ToRules());
        LogReloaded();
        if (_begun is not null && SettingsFile.Show(settings with { Traffic = _begun.Traffic }) != SettingsFile.Show(_begun))
        {
            LogNeedsRestart();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The traffic rules were read again and are in force.")]
    private partial void LogReloaded();

    [LoggerMessage(Level = LogLevel.Error, Message = "The configuration is wrong and nothing was changed: {Problems}")]
    private partial void LogWrong(string problems);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settings outside 'traffic' differ, too; they are in force after a restart.")]
    private partial void LogNeedsRestart();
}
