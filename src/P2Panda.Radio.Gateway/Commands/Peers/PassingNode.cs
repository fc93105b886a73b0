using P2Panda.Libp2p;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Commands.Peers;

/// <summary>A node for one command: transports, gates and proxy as configured, an identity of its own, nobody else dialed.</summary>
internal sealed class PassingNode : IAsyncDisposable
{
    private PassingNode(Libp2pNode node) => Node = node;

    public Libp2pNode Node { get; }

    /// <exception cref="CommandFailure">The settings contradict each other.</exception>
    public static PassingNode Create(NetworkSettings network)
    {
        var builder = new Libp2pHostBuilder(KeyPair.Generate());
        // Whoever types an address knows it.
        NetworkHosting.Configure(builder, network with { KnownAddressesOnly = false });
        var host = builder.Build();
        var dcutr = network.HolePunching && network.SocksProxy.Length == 0 ? new DcutrOptions { DrainGrace = TimeSpan.Zero } : null;
        return new PassingNode(new Libp2pNode(host, new NodeOptions { Namespace = null, AutoNat = null, AutoNatServer = null, Dcutr = dcutr }));
    }

    /// <exception cref="CommandFailure">The address makes no sense, or nobody answers there.</exception>
    public async Task<Connection> ConnectAsync(string text, CancellationToken cancellation)
    {
        if (!NodeAddress.TryParse(text, out var address))
        {
            throw new CommandFailure(ExitCode.Usage, $"\"{text}\" is neither host:port nor a multiaddr");
        }

        await ListenAsync(cancellation).ConfigureAwait(false);
        try
        {
            return address.Peer is { } peer
                ? await Node.Host.ConnectAsync(peer, address.Candidates, cancellation).ConfigureAwait(false)
                : await Node.Host.ConnectAsync(address.Candidates, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new CommandFailure(ExitCode.Failure, e.Message);
        }
    }

    /// <summary>Waits until a direct connection stands beside the relayed one.</summary>
    public async Task WaitForDirectAsync(PeerId peer, TimeSpan patience, CancellationToken cancellation)
    {
        var direct = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Node.Host.ConnectionOpened += connection =>
        {
            if (connection.RemotePeer == peer && !connection.IsRelayed)
            {
                direct.TrySetResult();
            }
        };
        if (Node.Host.FindConnection(peer) is { IsRelayed: true })
        {
            await Task.WhenAny(direct.Task, Task.Delay(patience, cancellation)).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync().ConfigureAwait(false);
        await Node.Host.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Holes are punched from listening ports.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        foreach (var address in (string[])["/ip4/0.0.0.0/udp/0/quic-v1", "/ip4/0.0.0.0/tcp/0"])
        {
            try
            {
                await Node.Host.ListenAsync(Multiaddr.Parse(address), cancellation).ConfigureAwait(false);
            }
            catch (NotSupportedException)
            {
                // This transport is switched off.
            }
        }
    }
}
