namespace P2Panda.Radio.Air.Planning;

/// <summary>How a burst is cut and how many frames of it go out.</summary>
/// <param name="SourceSymbols">K.</param>
/// <param name="SymbolLength">T, in bytes.</param>
/// <param name="Frames">Frames to send.</param>
/// <param name="FrameLength">Length of each, in bytes.</param>
/// <param name="AirtimeMicroseconds">Time on air of all of them.</param>
/// <param name="Probability">That a receiver has the burst afterwards, with losses as the request describes them.</param>
public sealed record SymbolPlan(
    int SourceSymbols, int SymbolLength, int Frames, int FrameLength, long AirtimeMicroseconds, double Probability);
