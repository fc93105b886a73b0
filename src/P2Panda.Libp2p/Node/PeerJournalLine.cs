namespace P2Panda.Libp2p;

/// <summary>One thing that happened.</summary>
/// <param name="At">When.</param>
/// <param name="Text">What, in one sentence.</param>
public sealed record PeerJournalLine(DateTimeOffset At, string Text);
