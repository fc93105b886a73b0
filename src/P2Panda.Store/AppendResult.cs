namespace P2Panda.Store;

/// <summary>The store's answer for one entry.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Change">Its number in the change feed when <see cref="AppendOutcome.Appended"/>, otherwise 0.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, long Change = 0)
{
    /// <summary>Whether the store holds the entry in its log, now or since earlier.</summary>
    public bool IsStored => Outcome is AppendOutcome.Appended or AppendOutcome.AlreadyStored;

    /// <summary>Whether the entry was refused.</summary>
    public bool IsRefused => Outcome >= AppendOutcome.BacklinkMismatch;
}
