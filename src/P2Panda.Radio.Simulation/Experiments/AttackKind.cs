namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>What an attacker sends.</summary>
public enum AttackKind
{
    /// <summary>Nothing anybody could decode, at the times and with the lengths of another attack.</summary>
    Noise,

    /// <summary>Frames heard earlier.</summary>
    Replay,

    /// <summary>Random bytes in the form of frames.</summary>
    RandomForgery,

    /// <summary>Symbols heard, with their contents changed.</summary>
    RelatedForgery,

    /// <summary>Symbols of bursts that do not exist, each under a tag of its own.</summary>
    TagFlood,

    /// <summary>Wants for everything, sealed by a key of the attacker's own, which is announced.</summary>
    WantFlood,
}
