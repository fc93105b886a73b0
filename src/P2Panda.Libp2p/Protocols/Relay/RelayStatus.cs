namespace P2Panda.Libp2p;

/// <summary>Answers of circuit relay v2 (libp2p specs, relay/circuit-v2, "Status codes").</summary>
public enum RelayStatus
{
    /// <summary>No status was given.</summary>
    Unused = 0,

    /// <summary>Granted.</summary>
    Ok = 100,

    /// <summary>The relay does not want to reserve for this peer.</summary>
    ReservationRefused = 200,

    /// <summary>A limit of the relay or of the target is reached.</summary>
    ResourceLimitExceeded = 201,

    /// <summary>Not allowed, also when asked through another relay.</summary>
    PermissionDenied = 202,

    /// <summary>The target could not be reached over its reservation.</summary>
    ConnectionFailed = 203,

    /// <summary>The target has no reservation here.</summary>
    NoReservation = 204,

    /// <summary>The request could not be read.</summary>
    MalformedMessage = 400,

    /// <summary>The request has no place here.</summary>
    UnexpectedMessage = 401,
}
