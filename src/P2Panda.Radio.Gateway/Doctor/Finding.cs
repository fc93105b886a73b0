namespace P2Panda.Radio.Gateway.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Check">Name of the check: one word.</param>
/// <param name="Verdict">How it went.</param>
/// <param name="Message">What was found.</param>
/// <param name="Remedy">What to type, or to do, about it.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Message, string? Remedy = null);
