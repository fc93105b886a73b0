namespace P2Panda.Radio.Simulation.Chip;

/// <summary>Something a driver did that the datasheet forbids or the errata warn of.</summary>
/// <param name="At">Time since the ether began.</param>
/// <param name="IsErratum">Whether it is legal but runs into a known erratum.</param>
/// <param name="Message">What was done.</param>
public sealed record ChipViolation(TimeSpan At, bool IsErratum, string Message);
