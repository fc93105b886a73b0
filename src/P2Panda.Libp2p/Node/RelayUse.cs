namespace P2Panda.Libp2p;

/// <summary>Whether a node keeps places at its relays.</summary>
public enum RelayUse
{
    /// <summary>Never: relays are only dialed through.</summary>
    Never,

    /// <summary>As long as nothing shows that strangers reach us.</summary>
    UnlessPublic,

    /// <summary>Always.</summary>
    Always,
}
