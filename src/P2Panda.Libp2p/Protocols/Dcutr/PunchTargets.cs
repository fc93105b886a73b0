using System.Net;

namespace P2Panda.Libp2p.Protocols.Dcutr;

/// <summary>
/// Which of a peer's addresses are tried. The peer is authenticated, not its addresses: whoever gives us a victim's must not make us
/// send much, nor to places only we can reach. A pure function.
/// </summary>
internal static class PunchTargets
{
    /// <param name="theirs">What the peer sent, best first.</param>
    /// <param name="ours">What we sent.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="relay">The relay's address, which says what kind of network all this happens in.</param>
    /// <param name="options">Bounds.</param>
    public static IReadOnlyList<Multiaddr> Choose(
        IEnumerable<Multiaddr> theirs, IReadOnlyList<Multiaddr> ours, PeerId peer, Multiaddr relay, DcutrOptions options)
    {
        var reach = options.ScopeOf(relay);
        var chosen = new List<Multiaddr>();
        var targets = new HashSet<IPAddress>();
        var candidates = theirs.Where(address => !address.IsRelayed && (address.Peer is null || address.Peer == peer)).Select(address => address.WithoutPeer()).ToList();
        var sharesNat = candidates.Any(address => options.ScopeOf(address) == AddressScope.Global && ours.Any(own => SameIp(own, address)));
        foreach (var address in candidates)
        {
            if (chosen.Count == options.MaxAddresses || !address.TryGetIp(out var ip) || ours.Contains(address) || chosen.Contains(address)
                || !IsAllowed(options.ScopeOf(address), reach, sharesNat))
            {
                continue;
            }

            if (!targets.Contains(ip) && targets.Count == options.MaxTargets)
            {
                continue;
            }

            targets.Add(ip);
            chosen.Add(address);
        }

        return chosen;
    }

    /// <summary>Private addresses make sense behind the same NAT, or when the relay is itself on a private network; loopback only with the relay there.</summary>
    private static bool IsAllowed(AddressScope scope, AddressScope reach, bool sharesNat) => scope switch
    {
        AddressScope.Global => true,
        AddressScope.Private or AddressScope.CarrierGrade => sharesNat || reach is AddressScope.Private or AddressScope.CarrierGrade or AddressScope.Loopback,
        AddressScope.Loopback => reach == AddressScope.Loopback,
        _ => false,
    };

    private static bool SameIp(Multiaddr one, Multiaddr other) => one.TryGetIp(out var a) && other.TryGetIp(out var b) && a.Equals(b);
}
