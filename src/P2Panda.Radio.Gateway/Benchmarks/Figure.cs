namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>One measured figure of a benchmark.</summary>
/// <param name="Id">Stable name, e.g. <c>hash.slope-ratio</c>.</param>
/// <param name="Unit">Unit of <paramref name="Measured"/>, e.g. <c>MB/s</c>.</param>
/// <param name="Measured">The value.</param>
/// <param name="Better">Which way it improves.</param>
/// <param name="Target">The value to reach, or none for an informative figure.</param>
internal sealed record Figure(string Id, string Unit, double Measured, Better Better, double? Target = null)
{
    /// <summary>What a reader needs to know beside the number, e.g. how often it was measured.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the target is met; an informative figure passes unless it is not a number.</summary>
    public bool Pass => double.IsFinite(Measured) && Target switch
    {
        null => true,
        { } target when Better == Better.Higher => Measured >= target,
        { } target => Measured <= target,
    };
}
