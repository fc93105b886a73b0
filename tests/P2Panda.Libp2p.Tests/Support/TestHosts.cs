namespace P2Panda.Libp2p.Tests.Support;

/// <summary>Hosts for tests, over the transports that tests are repeated with.</summary>
internal sealed class TestHosts : IAsyncDisposable
{
    public const string Echo = "/echo/1.0.0";

    /// <summary>Longest a step may take; only a hanging test reaches it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Libp2pHost> _hosts = [];

    public MemoryNetwork Network { get; } = new();

    public static CancellationToken Deadline => new CancellationTokenSource(Patience).Token;

    /// <summary>A host that echoes, listening on the transport's default address.</summary>
    public async Task<Libp2pHost> StartAsync(string transport = "memory", Action<Libp2pHostBuilder>? configure = null, bool listen = true, KeyPair? identity = null)
    {
        var builder = new Libp2pHostBuilder(identity ?? KeyPair.Generate());
        if (transport == "tls")
        {
            builder.Upgrade = builder.Upgrade with { DialSecurity = [UpgradeOptions.Tls] };
        }

        if (transport == "memory")
        {
            builder.UseMemory(Network);
        }
        else if (transport != "none")
        {
            builder.UseTcp();
        }

        configure?.Invoke(builder);
        var host = builder.Build();
        _hosts.Add(host);
        host.Handle(Echo, EchoAsync, new StreamPolicy { MaxPerPeer = 1000, MaxTotal = 10_000 });
        if (listen)
        {
            await host.ListenAsync(Multiaddr.Parse(transport == "memory" ? "/memory/0" : "/ip4/127.0.0.1/tcp/0"));
        }

        return host;
    }

    public static Multiaddr AddressOf(Libp2pHost host) => host.Addresses.Listening[0].WithPeer(host.PeerId);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }
    }

    private static async Task EchoAsync(MuxedStream stream, Connection connection, CancellationToken cancellation)
    {
        await stream.CopyToAsync(stream, cancellation);
        await stream.CompleteWritesAsync(cancellation);
    }
}
