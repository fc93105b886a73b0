namespace P2Panda.Radio.Air.Reassembly;

/// <summary>How much reassembly may hold. Outsiders fill these tables, so every one has an end.</summary>
public sealed record AssemblyBounds
{
    /// <summary>Unfinished bursts in total.</summary>
    public int MaxAssemblies { get; init; } = 256;

    /// <summary>Unfinished bursts under one tag (they differ in K or T).</summary>
    public int MaxAssembliesPerTag { get; init; } = 4;

    /// <summary>Unfinished bursts of one sender, where frames name their sender (strict mode).</summary>
    public int MaxAssembliesPerSender { get; init; } = 32;

    /// <summary>Symbol bytes of all unfinished bursts.</summary>
    public int MaxSymbolBytes { get; init; } = 512 * 1024;

    /// <summary>Different contents kept for one symbol id.</summary>
    public int MaxVersionsPerSymbol { get; init; } = 4;

    /// <summary>Symbols kept for one unfinished burst beyond its K.</summary>
    public int MaxSurplusSymbols { get; init; } = 48;

    /// <summary>How long an unfinished burst is kept after its last new symbol.</summary>
    public TimeSpan UnfinishedLifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Finished bursts that are remembered, so that their further symbols are recognised.</summary>
    public int MaxFinished { get; init; } = 128;

    /// <summary>How long a finished burst is remembered.</summary>
    public TimeSpan FinishedLifetime { get; init; } = TimeSpan.FromMinutes(10);
}
