using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>A mesh under attack, or under noise.</summary>
/// <param name="Delivered">Share of honest pairs of entry and gateway served within ten minutes, of entries published during the attack.</param>
/// <param name="Airtime">Time on air of all gateways from the beginning of the attack to ten minutes after it.</param>
/// <param name="Traffic">The same by what it was for.</param>
/// <param name="Strangers">Entries stored that nobody published.</param>
/// <param name="Recovered">Share of entries published from one minute after the attack on that reached everybody within ten minutes.</param>
public sealed record AttackRun(double Delivered, TimeSpan Airtime, IReadOnlyDictionary<string, MeshTraffic> Traffic, long Strangers, double Recovered);
