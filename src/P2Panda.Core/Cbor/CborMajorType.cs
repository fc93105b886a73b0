namespace P2Panda.Core.Cbor;

/// <summary>The upper three bits of an item's first byte (RFC 8949, section 3.1).</summary>
public enum CborMajorType : byte
{
    /// <summary>An integer from 0 on.</summary>
    Unsigned = 0,

    /// <summary>A negative integer.</summary>
    Negative = 1,

    /// <summary>A byte string.</summary>
    Bytes = 2,

    /// <summary>A text string in UTF-8.</summary>
    Text = 3,

    /// <summary>An array.</summary>
    Array = 4,

    /// <summary>A map.</summary>
    Map = 5,

    /// <summary>A tag in front of an item.</summary>
    Tag = 6,

    /// <summary>True, false, null, a float or another simple value.</summary>
    Simple = 7,
}
