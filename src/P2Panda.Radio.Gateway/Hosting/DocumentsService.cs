using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Documents;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Keeps the documents in step with the store as long as the program runs. A database that fails is asked again.</summary>
internal sealed partial class DocumentsService(MaterialisedDocuments documents, TimeProvider time, ILogger<DocumentsService> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await documents.RunAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException failure)
            {
                LogBehind(failure.Message);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Documents fall behind the stored entries: {Reason} Trying again.")]
    private partial void LogBehind(string reason);
}
