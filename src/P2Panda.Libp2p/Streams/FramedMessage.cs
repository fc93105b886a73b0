namespace P2Panda.Libp2p;

/// <summary>A message with a length in front, or why there is none.</summary>
/// <param name="Result">Outcome.</param>
/// <param name="Body">The body when the outcome is <see cref="FrameResult.Ok"/>.</param>
public readonly record struct FramedMessage(FrameResult Result, ReadOnlyMemory<byte> Body);
