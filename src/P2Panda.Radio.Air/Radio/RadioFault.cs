namespace P2Panda.Radio.Air.Radio;

/// <summary>A radio failure.</summary>
/// <param name="Message">What happened and what to check.</param>
/// <param name="Recovered">Whether the radio is usable again.</param>
/// <param name="TransmissionLost">Whether a transmission was under way and will not complete.</param>
public sealed record RadioFault(string Message, bool Recovered, bool TransmissionLost);
