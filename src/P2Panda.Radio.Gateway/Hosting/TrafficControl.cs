using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Bridge.Traffic;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>
/// Which traffic rules are in force: those of the configuration, read again on SIGHUP, or others that were set while the gateway ran. The
/// latter are kept in the database and win, after a restart too, until they are withdrawn. Also keeps the quarantine there.
/// </summary>
internal sealed partial class TrafficControl(
    SettingsSource source, GatewaySettings settings, ILogStore store, TrafficPolicy policy, TimeProvider time, ILogger<TrafficControl> log)
    : BackgroundService
{
    /// <summary>How often the quarantine is written down: seldom enough for an SD card under a flood of refusals.</summary>
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(30);

    private readonly TrafficTables? _tables = store is IStoreTables tables ? new TrafficTables(tables, NameOf(settings.Store)) : null;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private PosixSignalRegistration? _signal;
    private readonly GatewaySettings _begun = settings;
    private TrafficSettings _configured = settings.Traffic;
    private TrafficSettings? _set;

    /// <summary>The rules in force, and whether they were set while the gateway ran.</summary>
    public (TrafficSettings Rules, bool AreSet) Current => _set is { } set ? (set, true) : (_configured, false);

    /// <summary>Reads what was set in an earlier life before anything crosses.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_tables is not null)
        {
            await _tables.EnsureAsync(cancellationToken).ConfigureAwait(false);
            policy.Quarantine.Load(await _tables.ReadQuarantineAsync(cancellationToken).ConfigureAwait(false));
            if (await _tables.ReadRulesAsync(cancellationToken).ConfigureAwait(false) is { } text)
            {
                Take(text);
            }
        }

        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Reload();
        });
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _signal?.Dispose();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await WriteQuarantineAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts rules in force and keeps them; durable on return.</summary>
    /// <exception cref="StoreException">They could not be kept; nothing was changed.</exception>
    public async Task ReplaceAsync(TrafficSettings rules, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_tables is not null)
            {
                await _tables.WriteRulesAsync(JsonSerializer.Serialize(rules, SettingsJson.Options), cancellation).ConfigureAwait(false);
            }

            _set = rules;
            policy.Change(rules.ToRules());
            LogReplaced();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Puts the configuration's rules in force again; durable on return.</summary>
    /// <exception cref="StoreException">Nothing was changed.</exception>
    public async Task WithdrawAsync(CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_tables is not null)
            {
                await _tables.WriteRulesAsync(null, cancellation).ConfigureAwait(false);
            }

            _set = null;
            policy.Change(_configured.ToRules());
            LogWithdrawn();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Lets a refused entry cross; one that was going to the store and was kept is stored at once.</summary>
    /// <returns>What the quarantine had of it, and what became of it in the store if it went there; null when it is not in the quarantine.</returns>
    /// <exception cref="StoreException">It could not be stored; it is released all the same and comes again from its peer.</exception>
    public async Task<(IReadOnlyList<QuarantinedEntry> Entries, AppendOutcome? Stored)?> ReleaseAsync(EntryId id, CancellationToken cancellation)
    {
        var released = policy.Release(id);
        if (released.Count == 0)
        {
            return null;
        }

        LogReleased(id, released[0].Reason);
        await WriteQuarantineAsync(cancellation).ConfigureAwait(false);
        var content = released.Select(entry => entry.Content).FirstOrDefault(content => content is not null);
        if (content is not { } kept || BambooEntry.Verify(kept.Entry, kept.Operation).Entry is not { } entry)
        {
            return (released, null);
        }

        var results = await store.AppendAsync([entry], EntryOrigin.Internet, cancellation: cancellation).ConfigureAwait(false);
        return (released, results[0].Outcome);
    }

    public override void Dispose()
    {
        _signal?.Dispose();
        _changing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WriteInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                await WriteQuarantineAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // What is left is written when it stops.
        }
    }

    private static string NameOf(StoreSettings store) => !store.Location.IsPostgres ? string.Empty
        : store.Gateway.Length > 0 ? store.Gateway
        : Environment.MachineName;

    private void Take(string text)
    {
        var read = SettingsReader.ReadTraffic(text);
        if (read.Settings is not { } rules)
        {
            LogUnreadable(string.Join("; ", read.Problems));
            return;
        }

        _set = rules;
        policy.Change(rules.ToRules());
        LogStillSet();
    }

    private void Reload()
    {
        var read = source.Read();
        if (read.Settings is not { } fresh)
        {
            LogWrong(string.Join("; ", read.Problems));
            return;
        }

        var isOther = SettingsFile.Show(fresh with { Traffic = _begun.Traffic }) != SettingsFile.Show(_begun);
        _configured = fresh.Traffic;
        if (_set is not null)
        {
            LogNotInForce();
        }
        else
        {
            policy.Change(fresh.Traffic.ToRules());
            LogReloaded();
        }

        if (isOther)
        {
            LogNeedsRestart();
        }
    }

    private async Task WriteQuarantineAsync(CancellationToken cancellation)
    {
        try
        {
            await (_tables?.WriteAsync(policy.Quarantine, cancellation) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            LogNotWritten(failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The traffic rules were read again and are in force.")]
    private partial void LogReloaded();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The traffic rules were read again, but those set while the gateway ran stay in force; 'p2panda-radio traffic reset' withdraws them.")]
    private partial void LogNotInForce();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Traffic rules set over the API are in force instead of the configuration's; 'p2panda-radio traffic reset' withdraws them.")]
    private partial void LogStillSet();

    [LoggerMessage(Level = LogLevel.Error, Message = "Traffic rules set over the API cannot be read by this version, the configuration's are in force: {Problems}")]
    private partial void LogUnreadable(string problems);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Traffic rules were replaced over the API.")]
    private partial void LogReplaced();

    [LoggerMessage(Level = LogLevel.Information, Message = "The traffic rules of the configuration are in force again.")]
    private partial void LogWithdrawn();

    [LoggerMessage(Level = LogLevel.Information, Message = "Entry {Id} was released from the quarantine ({Reason}).")]
    private partial void LogReleased(EntryId id, TrafficRefusal reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The quarantine could not be written down and will be later: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The configuration is wrong and nothing was changed: {Problems}")]
    private partial void LogWrong(string problems);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settings outside 'traffic' differ, too; they are in force after a restart.")]
    private partial void LogNeedsRestart();
}
