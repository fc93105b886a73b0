namespace P2Panda.Libp2p;

/// <summary>How we test others' reachability.</summary>
public sealed record AutoNatServerOptions
{
    /// <summary>Tests per peer in <see cref="Window"/>.</summary>
    public int TestsPerPeer { get; init; } = 3;

    /// <summary>Tests for all peers together in <see cref="Window"/>.</summary>
    public int TestsInTotal { get; init; } = 30;

    /// <summary>Time in which tests come back.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time for the dials of one test.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether peers at private addresses are tested too; only tests on one machine want it.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>How far addresses reach; tests have their own internet.</summary>
    public Func<Multiaddr, AddressScope> ScopeOf { get; init; } = AddressScopes.Of;
}
