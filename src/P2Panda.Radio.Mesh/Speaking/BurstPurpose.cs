namespace P2Panda.Radio.Mesh.Speaking;

/// <summary>Why a burst is spoken.</summary>
internal enum BurstPurpose
{
    /// <summary>Announcements, sketches, wants: said once.</summary>
    Talk,

    /// <summary>Our own new entries.</summary>
    Push,

    /// <summary>Somebody else's burst, for neighbours who may not have heard it.</summary>
    Relay,

    /// <summary>An answer to a want.</summary>
    Repair,

    /// <summary>A turn of the carousel.</summary>
    Carousel,
}
