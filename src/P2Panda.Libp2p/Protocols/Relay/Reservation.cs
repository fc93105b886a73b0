namespace P2Panda.Libp2p;

/// <summary>A place that a relay keeps for us.</summary>
/// <param name="Relay">The relay.</param>
/// <param name="Lifetime">For how long, from now, by the relay's word.</param>
/// <param name="Addresses">Where others reach us through it: each ends in <c>/p2p-circuit</c>.</param>
/// <param name="Limit">What circuits through it are allowed.</param>
/// <param name="Voucher">The relay's signed statement, when it gave one that holds.</param>
public sealed record Reservation(PeerId Relay, TimeSpan Lifetime, IReadOnlyList<Multiaddr> Addresses, CircuitLimit Limit, ReservationVoucher? Voucher);
