namespace P2Panda.Core.Cbor;

/// <summary>Why reading stopped.</summary>
public enum CborFault
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>The input ends within an item.</summary>
    Truncated,

    /// <summary>The bytes are not CBOR, or text is not UTF-8.</summary>
    Malformed,

    /// <summary>Well-formed so far, but not the kind of item asked for.</summary>
    OtherType,
}
