namespace P2Panda.Radio.Air.Sealing;

/// <summary>What a burst is about: the top three bits of its first byte.</summary>
public enum BurstKind
{
    /// <summary>A gateway's state: its key, dictionary terms, and what the mesh adds. Gateway-sealed; counter above the last.</summary>
    Announcement = 0,

    /// <summary>Log entries, each with its length in front. Gateway-sealed.</summary>
    Entries = 1,

    /// <summary>Log entries, whose authors' signatures are the seal: one, or several with their lengths in front.</summary>
    AuthorEntry = 2,

    /// <summary>What a gateway asks for. Gateway-sealed; counter above the last.</summary>
    Want = 3,

    /// <summary>Manifest and entry-aligned symbols over stored entries. Gateway-sealed.</summary>
    RepairSet = 4,

    /// <summary>A piece of an object that is longer than one burst. Gateway-sealed.</summary>
    ChainPart = 5,

    /// <summary>What else meshes say; the body's first byte tells what. Gateway-sealed; counter above the last.</summary>
    Control = 6,

    /// <summary>One log entry that is the whole body. Gateway-sealed.</summary>
    Entry = 7,
}
