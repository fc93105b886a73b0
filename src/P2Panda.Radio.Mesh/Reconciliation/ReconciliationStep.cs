namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>What follows from having heard a sketch. One of the three is set.</summary>
public sealed record ReconciliationStep
{
    /// <summary>Both have the same logs in the same states.</summary>
    public bool Agreed { get; init; }

    /// <summary>The difference, when the sketch was long enough to find it.</summary>
    public SetDifference? Difference { get; init; }

    /// <summary>Our own, longer or narrower sketch, for the other side to try.</summary>
    public SketchMessage? Reply { get; init; }
}
