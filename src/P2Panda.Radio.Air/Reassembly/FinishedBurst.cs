using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Reassembly;

/// <summary>A burst that was decoded and believed; kept for a while to recognise its further symbols and to speak for it.</summary>
internal sealed record FinishedBurst(BurstKey Key, byte[] PaddedBytes, TimeSpan FinishedAt);
