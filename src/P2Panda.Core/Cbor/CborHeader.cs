namespace P2Panda.Core.Cbor;

/// <summary>The head of an item.</summary>
/// <param name="MajorType">What kind of item it is.</param>
/// <param name="Additional">The lower five bits of the first byte; tells floats apart.</param>
/// <param name="Argument">Value, length, count, tag or bits of a float.</param>
public readonly record struct CborHeader(CborMajorType MajorType, byte Additional, ulong Argument)
{
    /// <summary>What <see cref="Additional"/> is for an item without a stated length.</summary>
    public const byte IndefiniteAdditional = 31;

    /// <summary>A string, array or map without a stated length; for a simple value the end of one.</summary>
    public bool IsIndefinite => Additional == IndefiniteAdditional;
}
