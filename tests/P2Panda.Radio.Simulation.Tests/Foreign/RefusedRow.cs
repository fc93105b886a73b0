namespace P2Panda.Radio.Simulation.Tests.Foreign;

/// <summary>Settings a foreign driver takes and ours refuses.</summary>
/// <param name="Driver">The foreign driver.</param>
/// <param name="Row">Number of the setting.</param>
/// <param name="Phase">tx, rx or cad.</param>
/// <param name="Message">What our driver says.</param>
public sealed record RefusedRow(string Driver, int Row, string Phase, string Message);
