namespace P2Panda.Bridge.Replication.Sessions;

/// <summary>Who asked for a session.</summary>
public enum SessionRole
{
    /// <summary>We did.</summary>
    Initiator,

    /// <summary>The peer did.</summary>
    Responder,
}
