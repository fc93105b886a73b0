using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>A decoded burst taken apart; nothing in it is proved yet. Its spans point into the bytes it was read from.</summary>
internal readonly ref struct BurstView
{
    public BurstKind Kind { get; private init; }

    /// <summary>Meaningful for gateway-sealed kinds.</summary>
    public KeyId KeyId { get; private init; }

    /// <summary>Meaningful for gateway-sealed kinds.</summary>
    public ulong Counter { get; private init; }

    /// <summary>The body, or the one record of an author-sealed burst.</summary>
    public ReadOnlySpan<byte> Body { get; private init; }

    /// <summary>What the seal covers: everything before it. Empty for an author-sealed burst.</summary>
    public ReadOnlySpan<byte> SignedPart { get; private init; }

    /// <summary>The seal. Empty for an author-sealed burst.</summary>
    public ReadOnlySpan<byte> Signature { get; private init; }

    public static RefusalReason TryParse(ReadOnlySpan<byte> padded, int sourceSymbols, out BurstView view)
    {
        view = default;
        var padding = padded[0] & BurstFormat.PaddingMask;
        var kind = (BurstKind)(padded[0] >> BurstFormat.KindShift);
        // Exactly one symbol length fits a burst and a K: more padding than that would be a second encoding of the same burst.
        if (padding >= sourceSymbols || padded.Length <= padding || padded[^padding..].ContainsAnyExcept((byte)0))
        {
            return RefusalReason.BurstPadding;
        }

        var bytes = padded[..^padding];
        if (kind == BurstKind.AuthorEntry)
        {
            view = new BurstView { Kind = kind, Body = bytes[BurstFormat.AuthorHeaderLength..] };
            return view.Body.Length == 0 ? RefusalReason.BurstTooShort : RefusalReason.None;
        }

        if (bytes.Length < BurstFormat.SealedOverhead)
        {
            return RefusalReason.BurstTooShort;
        }

        view = new BurstView
        {
            Kind = kind,
            KeyId = KeyId.Read(bytes[1..]),
            Counter = ReadCounter(bytes[(1 + KeyId.Length)..]),
            Body = bytes[BurstFormat.SealedHeaderLength..^BurstFormat.SignatureLength],
            SignedPart = bytes[..^BurstFormat.SignatureLength],
            Signature = bytes[^BurstFormat.SignatureLength..],
        };
        return RefusalReason.None;
    }

    private static ulong ReadCounter(ReadOnlySpan<byte> bytes) =>
        ((ulong)bytes[0] << 32) | System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
}
