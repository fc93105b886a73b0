using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using P2Panda.Core.Keys;
using P2Panda.Libp2p;
using P2Panda.Libp2p.Quic;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Puts the gateway's libp2p host together from its settings.</summary>
internal static class NetworkHosting
{
    /// <summary>
    /// Adds a <see cref="Libp2pHost"/> over QUIC and TCP that listens while the program runs, and serves every registered
    /// <see cref="IProtocolHandler"/>. Adds nothing when the network is switched off.
    /// </summary>
    /// <exception cref="CommandFailure">The settings contradict each other.</exception>
    /// <exception cref="KeyFileException">The identity's key file cannot be read or made.</exception>
    public static IServiceCollection AddLibp2pHost(this IServiceCollection services, GatewaySettings settings)
    {
        if (!settings.Network.Enabled)
        {
            return services;
        }

        var network = settings.Network;
        services.AddLibp2p(IdentityOf(network), builder => Configure(builder, network));
        services.AddSingleton(network);
        services.AddHostedService<NetworkListening>();
        services.AddSingleton(provider => new Libp2pNode(provider.GetRequiredService<Libp2pHost>(), NodeOptionsOf(network)));
        services.AddHostedService<NetworkNode>();
        services.AddHostedService(provider => new PeerReports(
            provider.GetRequiredService<Libp2pNode>(), PeerReports.PathBeside(settings.Store.Path), provider.GetRequiredService<ILogger<PeerReports>>()));
        return services;
    }

    /// <summary>The transports and gates that the settings ask for.</summary>
    public static void Configure(Libp2pHostBuilder builder, NetworkSettings network)
    {
        if (network.Psk.Length > 0)
        {
            if (network.Transport != NetworkTransport.Tcp)
            {
                throw new CommandFailure(ExitCode.Usage, "network.psk: a private network runs over TCP alone; set network.transport to tcp");
            }

            builder.Upgrade = builder.Upgrade with { PrivateNetwork = PreSharedKey.TryParse(network.Psk, out var key) ? key : null };
        }

        if (UsesQuic(network))
        {
            builder.Use(each => new QuicTransport(each.Identity, null, each.Time));
        }

        if (network.Transport != NetworkTransport.Quic)
        {
            builder.UseTcp(new TcpOptions { PortReuse = true, Proxy = ProxyOf(network) });
        }

        builder.UseCircuits();
        if (network.SocksProxy.Length > 0)
        {
            if (network.Transport != NetworkTransport.Tcp)
            {
                throw new CommandFailure(ExitCode.Usage, "network.socksProxy: a SOCKS proxy carries TCP alone; set network.transport to tcp, so that nothing goes beside it");
            }

            // Names are the proxy's to look up.
            builder.Options = builder.Options with { Names = null };
        }

        if (network.KnownAddressesOnly)
        {
            builder.Gate(new KnownAddressesGate(
                network.DirectNodeAddresses.Concat(network.RelayAddresses).Concat(network.RendezvousAddresses).Select(NodeAddress.Parse)));
        }

        if (network.AllowPeerIds is not [PeerIdsAttribute.Everybody])
        {
            builder.Gate(PeerListGate.Only(network.AllowPeerIds.Select(PeerId.Parse)));
        }

        if (network.BlockPeerIds.Count > 0)
        {
            builder.Gate(PeerListGate.Except(network.BlockPeerIds.Select(PeerId.Parse)));
        }
    }

    /// <summary>Whether QUIC is asked for and its native part is there.</summary>
    public static bool UsesQuic(NetworkSettings network) => network.Transport != NetworkTransport.Tcp && QuicLibrary.IsAvailable;

    /// <summary>What the node does beside listening.</summary>
    public static NodeOptions NodeOptionsOf(NetworkSettings network)
    {
        var isHidden = network.SocksProxy.Length > 0;
        return new NodeOptions
        {
            Peers = [.. network.DirectNodeAddresses.Select(NodeAddress.Parse)],
            Relays = [.. network.RelayAddresses.Select(NodeAddress.Parse)],
            RendezvousServers = [.. network.RendezvousAddresses.Select(NodeAddress.Parse)],
            RelayUse = network.RelayMode ? RelayUse.Never : network.RelayUse,
            Namespace = network.Namespace.Length == 0 || network.KnownAddressesOnly ? null : network.Namespace,
            Mdns = !network.Mdns || isHidden || network.KnownAddressesOnly ? null : MdnsOf(network),
            RelayOffer = network.RelayMode ? RelayOffer.On : network.RelayWhenPublic ? RelayOffer.WhenPublic : RelayOffer.Off,
            Relay = new RelayServerOptions
            {
                Limit = new CircuitLimit(TimeSpan.FromSeconds(network.RelayCircuitSeconds), (ulong)network.RelayCircuitBytes),
                MaxReservations = network.RelayMaxReservations,
                MaxCircuits = network.RelayMaxCircuits,
                MaxCircuitsPerPeer = network.RelayMaxCircuitsPerPeer,
            },
            ServeRendezvous = network.RelayMode,
            Announce = [.. network.AnnounceAddresses.Select(Multiaddr.Parse)],
            // Behind a proxy nobody reaches us by our address, and whoever asks to be dialed could learn where we are.
            Dcutr = isHidden || !network.HolePunching ? null : new DcutrOptions(),
            AutoNat = isHidden || network.KnownAddressesOnly ? null : new AutoNatClientOptions(),
            AutoNatServer = isHidden || network.KnownAddressesOnly ? null : new AutoNatServerOptions(),
        };
    }

    /// <summary>As often as aquadoggo asks; members of a private network look for each other alone.</summary>
    private static MdnsOptions MdnsOf(NetworkSettings network) =>
        (PreSharedKey.TryParse(network.Psk, out var key) ? MdnsOptions.ForPrivateNetwork(key) : new MdnsOptions()) with { QueryInterval = MdnsOptions.Aquadoggo.QueryInterval };

    private static SocksProxy? ProxyOf(NetworkSettings network) =>
        network.SocksProxy.Length == 0 ? null : new SocksProxy(System.Net.IPEndPoint.Parse(network.SocksProxy));

    /// <summary>The configured identity, or a new one.</summary>
    public static P2Panda.Libp2p.KeyPair IdentityOf(NetworkSettings network)
    {
        if (network.PrivateKey.Length == 0)
        {
            return P2Panda.Libp2p.KeyPair.Generate();
        }

        using var key = KeyFile.ReadOrCreate(network.PrivateKey);
        Span<byte> seed = stackalloc byte[P2Panda.Core.Keys.KeyPair.SeedLength];
        key.ExportSeed(seed);
        var identity = P2Panda.Libp2p.KeyPair.FromSeed(seed);
        seed.Clear();
        return identity;
    }
}
