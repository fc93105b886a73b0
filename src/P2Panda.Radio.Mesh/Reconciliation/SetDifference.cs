namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>How somebody else's logs differ from ours.</summary>
/// <param name="Logs">Our logs that they do not have in the same state.</param>
/// <param name="Unnamed">Elements of theirs that match nothing we know: logs we do not have, or logs far ahead of ours.</param>
public sealed record SetDifference(IReadOnlyList<LogDifference> Logs, IReadOnlyList<ulong> Unnamed)
{
    /// <summary>How many heights around our own are tried to name one of their elements.</summary>
    public const int DefaultSearchDepth = 1024;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Logs.Count == 0 && Unnamed.Count == 0;
}
