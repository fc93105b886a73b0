namespace P2Panda.Libp2p;

/// <summary>Whether strangers can dial us.</summary>
public enum Reachability
{
    /// <summary>Nobody has tried yet.</summary>
    Unknown,

    /// <summary>They can.</summary>
    Public,

    /// <summary>They cannot.</summary>
    Private,
}
