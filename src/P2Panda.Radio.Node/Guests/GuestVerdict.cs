namespace P2Panda.Radio.Node.Guests;

/// <summary>What a policy says about an entry from the internet.</summary>
/// <param name="IsAdmitted">Whether it may go on the air.</param>
/// <param name="Priority">Which guests go first: the lower number.</param>
public readonly record struct GuestVerdict(bool IsAdmitted, int Priority = 0);
