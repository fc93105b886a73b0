namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>How a <see cref="ChatScenario"/> is set up.</summary>
public sealed record ChatScenarioOptions
{
    /// <summary>Gateways, 2 to 200.</summary>
    public int Nodes { get; init; } = 10;

    /// <summary>Mean number of gateways in reach of each.</summary>
    public double MeanNeighbours { get; init; } = 4;

    /// <summary>Share of frames each link loses beside collisions, 0 to 0.9.</summary>
    public double Loss { get; init; } = 0.1;

    /// <summary>Chat lines written at each gateway.</summary>
    public int EntriesPerNode { get; init; } = 5;

    /// <summary>Time over which they are written.</summary>
    public TimeSpan Writing { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Time without news afterwards.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Regional plan.</summary>
    public string Plan { get; init; } = "eu868";

    /// <summary>Its profile.</summary>
    public string Profile { get; init; } = "standard";

    /// <summary>Decides positions, times, losses and waits.</summary>
    public int Seed { get; init; } = 1;
}
