namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>A message of one of the two relay protocols.</summary>
internal sealed record RelayMessage(RelayProtocol Protocol, RelayMessageType Type)
{
    /// <summary>In hop whom to connect to, in stop who wants to connect.</summary>
    public PeerId? Peer { get; init; }

    /// <summary>In hop only.</summary>
    public ReservationTerms? Reservation { get; init; }

    public CircuitLimit? Limit { get; init; }

    public RelayStatus Status { get; init; }

    public byte[] Encode() => Protocol.Encode(this);
}
