namespace Iot.Device.Sx127x;

/// <summary>What was found at the other end of the bus, and what to check when it is not the right thing.</summary>
/// <param name="Answer">What kind of answer.</param>
/// <param name="Version">What the version register read last.</param>
/// <param name="Message">For the operator; empty for a known chip.</param>
public sealed record ChipIdentification(ChipAnswer Answer, byte Version, string Message);
