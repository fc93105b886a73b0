namespace P2Panda.Radio.Air.Framing;

/// <summary>One frame, taken apart or to be written. Its spans point into the bytes it was read from.</summary>
public readonly ref struct Frame
{
    private Frame(BurstKey key, byte symbolId, ReadOnlySpan<byte> symbol, bool isStrict, ReadOnlySpan<byte> signedPart)
    {
        Key = key;
        SymbolId = symbolId;
        Symbol = symbol;
        IsStrict = isStrict;
        SignedPart = signedPart;
    }

    /// <summary>The burst the frame says it belongs to.</summary>
    public BurstKey Key { get; }

    /// <summary>Which symbol of the burst; always 0 when the burst is one frame.</summary>
    public byte SymbolId { get; }

    /// <summary>The symbol.</summary>
    public ReadOnlySpan<byte> Symbol { get; }

    /// <summary>Whether the frame carries a signature of its own.</summary>
    public bool IsStrict { get; }

    /// <summary>What a strict frame's signature covers: everything before it. Empty otherwise.</summary>
    public ReadOnlySpan<byte> SignedPart { get; }

    /// <summary>Takes a frame apart.</summary>
    /// <returns><see cref="RefusalReason.None"/>, or why these bytes are no frame.</returns>
    public static RefusalReason TryParse(ReadOnlySpan<byte> bytes, out Frame frame)
    {
        frame = default;
        if (bytes.Length is 0 or > FrameFormat.MaxFrameLength)
        {
            return RefusalReason.FrameLength;
        }

        if (bytes[0] >> FrameFormat.VersionShift != FrameFormat.Version)
        {
            return RefusalReason.FrameVersion;
        }

        var sourceSymbols = (bytes[0] & FrameFormat.SourceSymbolsMask) + 1;
        var strict = (bytes[0] & FrameFormat.StrictBit) != 0;
        var symbolLength = bytes.Length - FrameFormat.Overhead(sourceSymbols, strict);
        if (symbolLength < 1)
        {
            return RefusalReason.FrameTooShort;
        }

        var signedPart = strict ? bytes[..^64] : default;
        if (sourceSymbols == 1)
        {
            var single = bytes.Slice(FrameFormat.SingleHeaderLength, symbolLength);
            frame = new Frame(new BurstKey(BurstTag.Of(single), 1, symbolLength), 0, single, strict, signedPart);
            return RefusalReason.None;
        }

        var symbolId = bytes[FrameFormat.CodedHeaderLength - 1];
        if (symbolId >= FrameFormat.MaxSymbols)
        {
            return RefusalReason.SymbolId;
        }

        var key = new BurstKey(BurstTag.Read(bytes[1..]), sourceSymbols, symbolLength);
        frame = new Frame(key, symbolId, bytes.Slice(FrameFormat.CodedHeaderLength, symbolLength), strict, signedPart);
        return RefusalReason.None;
    }

    /// <summary>Writes the part before the symbol and returns its length.</summary>
    internal static int WriteHeader(Span<byte> bytes, BurstKey key, byte symbolId, bool strict)
    {
        bytes[0] = (byte)((FrameFormat.Version << FrameFormat.VersionShift) | (strict ? FrameFormat.StrictBit : 0) | (key.SourceSymbols - 1));
        if (key.SourceSymbols == 1)
        {
            return FrameFormat.SingleHeaderLength;
        }

        key.Tag.Write(bytes[1..]);
        bytes[FrameFormat.CodedHeaderLength - 1] = symbolId;
        return FrameFormat.CodedHeaderLength;
    }
}
