namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>Why a datagram led to nothing, or an inbound connection was refused. Tag of a counter.</summary>
internal enum DropReason
{
    /// <summary>No QUIC header.</summary>
    Malformed,

    /// <summary>A long header of an unknown connection that is no acceptable Initial, or one whose protection does not open.</summary>
    NotAnInitial,

    /// <summary>A short header of an unknown connection.</summary>
    UnknownConnection,

    /// <summary>Too many handshakes in progress.</summary>
    TooManyHandshakes,

    /// <summary>Too many handshakes in progress from one address.</summary>
    TooManyHandshakesFromAddress,

    /// <summary>Too many connections.</summary>
    TooManyConnections,

    /// <summary>Too many connections from one address.</summary>
    TooManyConnectionsFromAddress,

    /// <summary>The swarm's gates or limits refuse.</summary>
    Gated,

    /// <summary>Nobody listens on this socket.</summary>
    NotListening,

    /// <summary>A stateless answer was due and the budget for them is spent.</summary>
    ReplyBudgetSpent,
}
