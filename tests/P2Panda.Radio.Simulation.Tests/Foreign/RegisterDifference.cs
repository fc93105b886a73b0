namespace P2Panda.Radio.Simulation.Tests.Foreign;

/// <summary>A register that a foreign driver and ours hold differently, for the same settings, at the moment a mode is entered.</summary>
/// <param name="Driver">The foreign driver.</param>
/// <param name="Phase">tx, rx or cad.</param>
/// <param name="Register">Address in hexadecimal.</param>
/// <param name="Theirs">Their value in hexadecimal.</param>
/// <param name="Ours">Our value in hexadecimal.</param>
/// <param name="Rows">How many rows show it.</param>
/// <param name="Reason">Why we differ.</param>
public sealed record RegisterDifference(string Driver, string Phase, string Register, string Theirs, string Ours, int Rows, string Reason);
