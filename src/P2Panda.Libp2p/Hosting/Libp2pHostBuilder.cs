using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace P2Panda.Libp2p;

/// <summary>Puts a host together.</summary>
public sealed class Libp2pHostBuilder(KeyPair identity)
{
    private readonly List<Func<Libp2pHostBuilder, ITransport>> _transports = [];
    private readonly List<IConnectionGate> _gates = [];
    private ConnectionUpgrader? _upgrader;

    /// <summary>Who the host is.</summary>
    public KeyPair Identity { get; } = identity;

    /// <summary>How it behaves.</summary>
    public Libp2pHostOptions Options { get; set; } = new();

    /// <summary>How byte streams become connections.</summary>
    public UpgradeOptions Upgrade { get; set; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>What upgrades byte streams; made at first use from <see cref="Upgrade"/>.</summary>
    public ConnectionUpgrader Upgrader => _upgrader ??= new ConnectionUpgrader(Identity, Upgrade, Time);

    /// <summary>Adds a transport, made when the host is built.</summary>
    public Libp2pHostBuilder Use(Func<Libp2pHostBuilder, ITransport> transport)
    {
        _transports.Add(transport);
        return this;
    }

    /// <summary>Adds TCP.</summary>
    public Libp2pHostBuilder UseTcp(TcpOptions? options = null) => Use(builder => new TcpTransport(builder.Upgrader, options));

    /// <summary>Adds connections within the process.</summary>
    public Libp2pHostBuilder UseMemory(MemoryNetwork network) => Use(builder => new MemoryTransport(network, builder.Upgrader));

    /// <summary>
    /// Adds connections through relays, to be dialed at and listened on as <c>…/p2p/relay/p2p-circuit</c>. A private network's key
    /// protects the connection to the relay already.
    /// </summary>
    public Libp2pHostBuilder UseCircuits() =>
        Use(builder => new CircuitTransport(new ConnectionUpgrader(builder.Identity, builder.Upgrade with { PrivateNetwork = null, DialSecurity = [UpgradeOptions.Noise] }, builder.Time)));

    /// <summary>Adds a gate.</summary>
    public Libp2pHostBuilder Gate(IConnectionGate gate)
    {
        _gates.Add(gate);
        return this;
    }

    /// <summary>Makes the host. It does nothing until told to listen or connect.</summary>
    public Libp2pHost Build() =>
        new(Identity, Options, _transports.Select(make => make(this)).ToList(), [.. _gates], Time, LoggerFactory.CreateLogger<Libp2pHost>());
}
