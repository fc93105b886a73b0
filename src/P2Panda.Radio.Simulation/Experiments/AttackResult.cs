namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>An attack and its control.</summary>
/// <param name="Attacked">With the attack.</param>
/// <param name="Control">With noise at the same times and of the same lengths.</param>
public sealed record AttackResult(AttackRun Attacked, AttackRun Control);
