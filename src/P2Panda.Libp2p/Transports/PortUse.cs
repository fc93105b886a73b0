namespace P2Panda.Libp2p;

/// <summary>Which local port a dial leaves from.</summary>
public enum PortUse
{
    /// <summary>The port a listener of the same kind and family has, if there is one: the peer then sees an address it can dial.</summary>
    Reuse,

    /// <summary>That port or none: to go through a hole, a dial must come from where it was announced.</summary>
    ReuseOnly,

    /// <summary>A fresh port, e.g. to test whether somebody is reachable.</summary>
    New,
}
