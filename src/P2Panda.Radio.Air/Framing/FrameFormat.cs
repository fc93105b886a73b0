namespace P2Panda.Radio.Air.Framing;

/// <summary>The constants of a frame (PROTOCOL.md, "Frames").</summary>
public static class FrameFormat
{
    /// <summary>Longest LoRa frame, in bytes.</summary>
    public const int MaxFrameLength = 255;

    /// <summary>The protocol version this code speaks, the top two bits of the first byte.</summary>
    public const int Version = 1;

    /// <summary>Largest number of source symbols of a burst.</summary>
    public const int MaxSourceSymbols = 32;

    /// <summary>Number of different symbols of a burst with more than one source symbol; ids are 0 to 254.</summary>
    public const int MaxSymbols = 255;

    /// <summary>Bytes before the symbol when a burst is one frame: the first byte only, for the tag follows from the symbol.</summary>
    public const int SingleHeaderLength = 1;

    /// <summary>Bytes before the symbol when a burst is several frames: first byte, tag, symbol id.</summary>
    public const int CodedHeaderLength = 1 + BurstTag.Length + 1;

    /// <summary>Bytes a strict frame ends in: the key id's first four bytes and a signature.</summary>
    public const int StrictTrailerLength = StrictHintLength + 64;

    /// <summary>Bytes of the key id in a strict frame.</summary>
    public const int StrictHintLength = 4;

    internal const int VersionShift = 6;
    internal const int StrictBit = 0x20;
    internal const int SourceSymbolsMask = 0x1F;

    /// <summary>Bytes of a frame that are not its symbol.</summary>
    public static int Overhead(int sourceSymbols, bool strict) =>
        (sourceSymbols == 1 ? SingleHeaderLength : CodedHeaderLength) + (strict ? StrictTrailerLength : 0);
}
