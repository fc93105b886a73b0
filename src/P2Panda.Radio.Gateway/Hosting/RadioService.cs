using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Node;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Runs the radio node as long as the program runs, and tells it of every change of the store.</summary>
internal sealed partial class RadioService(RadioNode node, OpenedRadio radio, ILogStore store, ILogger<RadioService> log) : BackgroundService
{
    /// <summary>Turns the radio on: a gateway whose radio does not answer does not start.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        node.Start();
        LogOnAir(radio.Description, store.EntryCount, node.Ledger.State);
        foreach (var item in node.Ledger.Plan.Overrides)
        {
            LogOverride(item.Id, item.Note);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await node.WatchStoreAsync(stoppingToken).ConfigureAwait(false);
        LogStopping(node.Counters.FramesSent, node.Counters.FramesReceived);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "On the air through {Radio} with {Entries} stored entries; airtime ledger: {Ledger}.")]
    private partial void LogOnAir(string radio, long entries, Air.Regulation.LedgerState ledger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Override of the regional plan in force: {Override}. {Note}")]
    private partial void LogOverride(string @override, string note);

    [LoggerMessage(Level = LogLevel.Information, Message = "Leaving the air: {Sent} frames sent, {Received} received since the start.")]
    private partial void LogStopping(long sent, long received);
}
