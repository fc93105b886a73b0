namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>What a hostile station sends, at random times.</summary>
public enum HostileKind
{
    /// <summary>Random bytes.</summary>
    Noise,

    /// <summary>Frames it heard, again.</summary>
    Replay,

    /// <summary>Frames it heard, with a changed symbol.</summary>
    Forge,

    /// <summary>First symbols of bursts that do not exist.</summary>
    TagFlood,

    /// <summary>Wants for everything, under a key of its own.</summary>
    WantFlood,
}
