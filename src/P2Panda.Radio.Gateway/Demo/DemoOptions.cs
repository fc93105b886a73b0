namespace P2Panda.Radio.Gateway.Demo;

/// <summary>How the demonstration runs.</summary>
/// <param name="Directory">Where the databases are made.</param>
/// <param name="Seed">Seed of every chance in it.</param>
/// <param name="Loss">Share of frames each link loses, 0 to 0.9.</param>
internal sealed record DemoOptions(string Directory, int Seed, double Loss)
{
    /// <summary>Pause between two entries of one log, in seconds.</summary>
    public double SecondsBetweenEntries { get; init; } = 8;

    /// <summary>Simulated time after which the run ends whatever was delivered.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(2);
}
