using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Bridge.Links;
using P2Panda.Libp2p;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Replicates as long as the program runs.</summary>
internal sealed partial class BridgeService(ReplicationService replication, Libp2pHost host, ILogger<BridgeService> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await replication.StartAsync(host, cancellationToken).ConfigureAwait(false);
        LogReady(replication.Supported.Count);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await replication.DisposeAsync().ConfigureAwait(false);
        var stored = replication.Counters.Received(IntakeVerdict.Stored);
        LogStopped(replication.Counters.EntriesSent, stored);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Replicating {Count} schemas with IP peers.")]
    private partial void LogReady(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Replication ends: {Sent} entries sent, {Stored} received and stored since the start.")]
    private partial void LogStopped(long sent, long stored);
}
