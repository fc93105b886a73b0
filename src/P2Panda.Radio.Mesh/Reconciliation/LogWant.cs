namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>A part of a log that is wanted.</summary>
/// <param name="Tag">The log's tag under the message's salt, 48 bits.</param>
/// <param name="From">First sequence number wanted.</param>
/// <param name="Count">How many entries are wanted from there on; zero means all there are.</param>
public readonly record struct LogWant(ulong Tag, ulong From, ulong Count);
