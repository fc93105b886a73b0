namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>One of our logs that somebody else has in another state.</summary>
/// <param name="Log">The log.</param>
/// <param name="Ours">Our state.</param>
/// <param name="Theirs">
/// Theirs, or none when it could not be told: they do not have the log, or are further away than the search went.
/// </param>
public sealed record LogDifference(Core.Logs.LogKey Log, LogState Ours, LogState? Theirs);
