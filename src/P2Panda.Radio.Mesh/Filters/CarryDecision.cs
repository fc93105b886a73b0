namespace P2Panda.Radio.Mesh.Filters;

/// <summary>What to do with an entry heard by radio.</summary>
public enum CarryDecision
{
    /// <summary>Neither stored nor repeated.</summary>
    Ignore,

    /// <summary>Repeated, and stored for a short time.</summary>
    Carry,

    /// <summary>Repeated, stored for good, announced and repaired.</summary>
    Keep,
}
