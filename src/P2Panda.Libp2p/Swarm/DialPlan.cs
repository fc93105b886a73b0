namespace P2Panda.Libp2p.Swarm;

/// <summary>When to dial which of a peer's addresses, as go-libp2p ranks them (happy eyeballs, RFC 8305). A pure function.</summary>
internal static class DialPlan
{
    /// <summary>Most addresses of one plan.</summary>
    public const int MaxAddresses = 24;

    /// <summary>Head start of QUIC over TCP between public addresses.</summary>
    public static readonly TimeSpan PublicDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Head start between addresses of a local network.</summary>
    public static readonly TimeSpan PrivateDelay = TimeSpan.FromMilliseconds(30);

    /// <summary>Head start of direct addresses over relayed ones.</summary>
    public static readonly TimeSpan RelayDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Orders addresses; each starts at its delay, or earlier when all before it have failed.</summary>
    public static IReadOnlyList<(Multiaddr Address, TimeSpan Delay)> Rank(IEnumerable<Multiaddr> addresses)
    {
        var plan = new List<(Multiaddr Address, TimeSpan Delay)>();
        var distinct = addresses.Distinct().ToList();
        var direct = distinct.Where(address => !address.IsRelayed).ToList();
        foreach (var group in direct.GroupBy(IsLocal))
        {
            var step = group.Key ? PrivateDelay : PublicDelay;
            var hasQuic = group.Any(address => address.Has(MultiaddrProtocol.QuicV1));
            // IPv6 first within a kind of transport; the second of a kind follows one step later, the rest two.
            var quic = Order(group.Where(address => address.Has(MultiaddrProtocol.QuicV1)));
            var other = Order(group.Where(address => !address.Has(MultiaddrProtocol.QuicV1)));
            plan.AddRange(quic.Select((address, i) => (address, step * Math.Min(i, 2))));
            var offset = hasQuic ? step * Math.Min(quic.Count, 2) : TimeSpan.Zero;
            plan.AddRange(other.Select((address, i) => (address, offset + (step * Math.Min(i, 2)))));
        }

        var relayOffset = direct.Count > 0 ? RelayDelay : TimeSpan.Zero;
        plan.AddRange(distinct.Where(address => address.IsRelayed).Select((address, i) => (address, relayOffset + (PublicDelay * Math.Min(i, 2)))));
        return [.. plan.OrderBy(entry => entry.Delay).Take(MaxAddresses)];
    }

    private static List<Multiaddr> Order(IEnumerable<Multiaddr> addresses) =>
        [.. addresses.OrderBy(address => address.Components[0].Protocol == MultiaddrProtocol.Ip6 ? 0 : 1)];

    private static bool IsLocal(Multiaddr address) => AddressScopes.Of(address) is not (AddressScope.Global or AddressScope.Name);
}
