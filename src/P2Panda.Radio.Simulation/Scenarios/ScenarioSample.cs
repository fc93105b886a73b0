namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>The state of a run at one moment; all counts are since its beginning.</summary>
/// <param name="Minute">When, in minutes.</param>
/// <param name="Wanted">Deliveries that should be made.</param>
/// <param name="Delivered">Deliveries made.</param>
/// <param name="AirtimeByKindSeconds">Time on air of all gateways by what it was for.</param>
public sealed record ScenarioSample(double Minute, long Wanted, long Delivered, IReadOnlyDictionary<string, double> AirtimeByKindSeconds);
