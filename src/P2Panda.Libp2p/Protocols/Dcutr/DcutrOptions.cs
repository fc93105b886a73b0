namespace P2Panda.Libp2p;

/// <summary>How relayed connections become direct ones.</summary>
public sealed record DcutrOptions
{
    /// <summary>Attempts of one upgrade.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Addresses of a peer that are tried.</summary>
    public int MaxAddresses { get; init; } = 16;

    /// <summary>Distinct IP addresses of a peer that are tried: more would make us a reflector.</summary>
    public int MaxTargets { get; init; } = 4;

    /// <summary>How long identify is waited for before we decide.</summary>
    public TimeSpan IdentifyPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest time for a plain dial to a peer that seems to be reachable; less where identify came quickly, because a peer behind a
    /// NAT that nobody has told so seems reachable too.
    /// </summary>
    public TimeSpan ReversalWindow { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Time for one exchange of messages.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for the dials of one attempt.</summary>
    public TimeSpan PunchWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a relayed connection stays at least once a direct one stands: aquadoggo goes on asking over it for 20 s.
    /// </summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When it is closed even if streams run on it.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Upgrades under way at the same time.</summary>
    public int MaxConcurrent { get; init; } = 64;

    /// <summary>How far addresses reach; tests have their own internet.</summary>
    public Func<Multiaddr, AddressScope> ScopeOf { get; init; } = AddressScopes.Of;
}
