namespace P2Panda.Libp2p;

/// <summary>What a relay allows one circuit.</summary>
/// <param name="Duration">Longest life; zero is without end.</param>
/// <param name="Data">Bytes in each direction; zero is without end.</param>
public sealed record CircuitLimit(TimeSpan Duration, ulong Data)
{
    /// <summary>Nothing is limited.</summary>
    public static CircuitLimit None { get; } = new(TimeSpan.Zero, 0);

    /// <summary>Whether there is no limit at all.</summary>
    public bool IsNone => Duration == TimeSpan.Zero && Data == 0;

    /// <inheritdoc/>
    public override string ToString() => IsNone ? "no limit" : $"{(Data == 0 ? "any number of" : Data)} bytes each way, {(Duration == TimeSpan.Zero ? "any time" : $"{Duration.TotalSeconds:0} s")}";
}
