namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>A scenario that cannot be run; the message lists everything that is wrong with it.</summary>
public sealed class ScenarioException(string message) : Exception(message);
