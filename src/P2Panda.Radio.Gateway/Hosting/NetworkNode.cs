using Microsoft.Extensions.Hosting;
using P2Panda.Libp2p;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Has the node while the program runs; it begins when everything listens.</summary>
internal sealed class NetworkNode(IServiceProvider services) : IHostedService
{
    private Libp2pNode? _node;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _node = (Libp2pNode)services.GetService(typeof(Libp2pNode))!;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _node?.DisposeAsync().AsTask() ?? Task.CompletedTask;
}
