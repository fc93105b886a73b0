namespace P2Panda.Radio.Simulation.Law;

/// <summary>A limit that was exceeded.</summary>
/// <param name="At">When, in true time: the end of the window or of the emission.</param>
/// <param name="Limit">Which limit, with the rule's name.</param>
/// <param name="Message">What was allowed and what was done.</param>
public sealed record LawViolation(TimeSpan At, string Limit, string Message);
