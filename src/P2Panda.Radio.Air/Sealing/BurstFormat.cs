using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>The constants of a burst (PROTOCOL.md, "Bursts").</summary>
public static class BurstFormat
{
    /// <summary>Bytes of the burst counter.</summary>
    public const int CounterLength = 5;

    /// <summary>Largest burst counter, 2^40 − 1.</summary>
    public const ulong MaxCounter = (1UL << 40) - 1;

    /// <summary>Bytes of an Ed25519 signature.</summary>
    public const int SignatureLength = 64;

    /// <summary>Bytes before the body of a gateway-sealed burst: first byte, key id, counter.</summary>
    public const int SealedHeaderLength = 1 + KeyId.Length + CounterLength;

    /// <summary>Bytes a gateway's seal costs.</summary>
    public const int SealedOverhead = SealedHeaderLength + SignatureLength;

    /// <summary>Bytes before the record of an author-sealed burst.</summary>
    public const int AuthorHeaderLength = 1;

    /// <summary>First byte of an author-sealed body of several records; no record begins with it.</summary>
    internal const byte SeveralRecords = 0;

    /// <summary>A record of no bytes behind all others: its length, 0.</summary>
    internal const byte UrgentMark = 0;

    internal const int KindShift = 5;
    internal const int PaddingMask = 0x1F;

    /// <summary>Longest unpadded burst that frames of <paramref name="maxFrameLength"/> bytes can carry in K symbols.</summary>
    public static int MaxLength(int sourceSymbols, int maxFrameLength = FrameFormat.MaxFrameLength, bool strict = false) =>
        sourceSymbols * (maxFrameLength - FrameFormat.Overhead(sourceSymbols, strict));

    /// <summary>Whether the burst's author is the gateway whose key id it names, rather than the author of its one entry.</summary>
    public static bool IsGatewaySealed(BurstKind kind) => kind != BurstKind.AuthorEntry;

    /// <summary>Whether believing a burst of this kind twice does no harm; the others are believed only above their key's last counter.</summary>
    public static bool IsReplayable(BurstKind kind) =>
        kind is BurstKind.Entries or BurstKind.Entry or BurstKind.AuthorEntry or BurstKind.RepairSet or BurstKind.ChainPart;
}
