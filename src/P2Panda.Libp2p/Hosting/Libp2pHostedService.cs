using Microsoft.Extensions.Hosting;

namespace P2Panda.Libp2p;

/// <summary>Listens while the application runs.</summary>
internal sealed class Libp2pHostedService(Libp2pHost host, IReadOnlyList<Multiaddr> addresses) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var address in addresses)
        {
            await host.ListenAsync(address, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => host.DisposeAsync().AsTask();
}
