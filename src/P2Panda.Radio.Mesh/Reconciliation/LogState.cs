namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>How far a log is known, as far as agreement between gateways is concerned.</summary>
/// <param name="Height">Highest sequence number without a gap below it; zero for a forked log.</param>
/// <param name="Forked">
/// Whether two different entries at one position are known. Such a log is frozen: whoever holds the proof has this one value for ever,
/// whatever else it holds of the log, so that nobody argues about it again.
/// </param>
public readonly record struct LogState(ulong Height, bool Forked = false)
{
    /// <summary>The frozen value of a log with a proved fork.</summary>
    public static LogState Frozen { get; } = new(0, true);
}
