namespace P2Panda.Libp2p;

/// <summary>A rendezvous server's verdict (libp2p specs, rendezvous).</summary>
public enum RendezvousStatus
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The namespace is longer than 255 bytes or no UTF-8.</summary>
    InvalidNamespace = 100,

    /// <summary>The record cannot be read, is too long, or its signature does not fit.</summary>
    InvalidSignedPeerRecord = 101,

    /// <summary>The time to live is out of the server's range.</summary>
    InvalidTtl = 102,

    /// <summary>The cookie is of another namespace or another server, or of this one before it restarted: ask again without.</summary>
    InvalidCookie = 103,

    /// <summary>A peer may register itself only.</summary>
    NotAuthorized = 200,

    /// <summary>The server failed.</summary>
    InternalError = 300,

    /// <summary>The server is full, or has had enough of this peer for now.</summary>
    Unavailable = 400,
}
