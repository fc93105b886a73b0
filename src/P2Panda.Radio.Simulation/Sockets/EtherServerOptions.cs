using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>What an <see cref="EtherServer"/> is.</summary>
public sealed record EtherServerOptions
{
    /// <summary>How many times faster than the machine's clock the ether's is, 1 for real time.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Physics and seed.</summary>
    public EtherOptions Physics { get; init; } = new();

    /// <summary>The link between stations for which none is set; none when they do not hear each other.</summary>
    public Link? Everywhere { get; init; }

    /// <summary>Gets one JSON object a line for every frame that begins and every one that is broken off, or none.</summary>
    public TextWriter? Record { get; init; }
}
