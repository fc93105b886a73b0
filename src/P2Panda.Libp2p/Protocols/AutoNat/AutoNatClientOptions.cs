namespace P2Panda.Libp2p;

/// <summary>How we find out whether we can be reached.</summary>
public sealed record AutoNatClientOptions
{
    /// <summary>Wait after the start.</summary>
    public TimeSpan BootDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Pause between questions while we are not sure.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Pause between questions once we are.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Pause before the same server is asked again.</summary>
    public TimeSpan PerServerPause { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How far addresses reach; tests have their own internet.</summary>
    public Func<Multiaddr, AddressScope> ScopeOf { get; init; } = AddressScopes.Of;
}
