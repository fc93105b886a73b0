namespace P2Panda.Radio.Air.Framing;

/// <summary>
/// What frames must share to be parts of one burst. The tag alone does not do: four bytes can be ground out in minutes, and nobody may be
/// able to take an honest burst's place.
/// </summary>
/// <param name="Tag">Names the burst.</param>
/// <param name="SourceSymbols">K.</param>
/// <param name="SymbolLength">T, in bytes.</param>
public readonly record struct BurstKey(BurstTag Tag, int SourceSymbols, int SymbolLength)
{
    /// <summary>Length of the padded burst, K × T bytes.</summary>
    public int PaddedLength => SourceSymbols * SymbolLength;
}
