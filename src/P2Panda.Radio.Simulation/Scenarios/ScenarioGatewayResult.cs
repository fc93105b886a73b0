namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>One gateway at the end of a run.</summary>
/// <param name="Node">Its number.</param>
/// <param name="X">East, in the scenario's unit.</param>
/// <param name="Y">North.</param>
/// <param name="Neighbours">Gateways in reach.</param>
/// <param name="Entries">Entries it holds.</param>
/// <param name="Missing">Entries it should have got and has not.</param>
/// <param name="AirtimeSeconds">Its time on air.</param>
public sealed record ScenarioGatewayResult(
    int Node, double X, double Y, IReadOnlyList<int> Neighbours, long Entries, int Missing, double AirtimeSeconds);
