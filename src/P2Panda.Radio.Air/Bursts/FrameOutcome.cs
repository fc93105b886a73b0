using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>What became of a frame.</summary>
public sealed record FrameOutcome
{
    /// <summary>What the frame brought.</summary>
    public required FrameVerdict Verdict { get; init; }

    /// <summary>Why it was refused, or why the burst it completed was.</summary>
    public RefusalReason Reason { get; init; }

    /// <summary>The burst it says it belongs to; none when it is no frame.</summary>
    public BurstKey? Key { get; init; }

    /// <summary>Its symbol.</summary>
    public byte SymbolId { get; init; }

    /// <summary>Different symbols held of the burst; K when it is complete.</summary>
    public int Rank { get; init; }

    /// <summary>Who signed the frame, in strict networks.</summary>
    public PublicKey? FrameSender { get; init; }

    /// <summary>Whose seal could not be checked because the key has not been announced yet.</summary>
    public KeyId? UnknownKey { get; init; }

    /// <summary>The burst, when complete.</summary>
    public ReceivedBurst? Burst { get; init; }
}
