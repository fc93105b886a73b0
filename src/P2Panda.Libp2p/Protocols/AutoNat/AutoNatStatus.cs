namespace P2Panda.Libp2p.Protocols.AutoNat;

/// <summary>Answers of AutoNAT v1.</summary>
internal enum AutoNatStatus
{
    Ok = 0,
    DialError = 100,
    DialRefused = 101,
    BadRequest = 200,
    InternalError = 300,
}
