namespace P2Panda.Libp2p.Swarm;

/// <summary>A counted connection, first pending, then established. Fields are guarded by the accountant.</summary>
internal sealed class ConnectionLease(ConnectionAccountant accountant, ConnectionDirection direction, (ulong, int)? address, (ulong, int)? network) : IDisposable
{
    public ConnectionDirection Direction { get; } = direction;

    public (ulong, int)? Address { get; } = address;

    public (ulong, int)? Network { get; } = network;

    public PeerId? Peer { get; set; }

    public bool Released { get; set; }

    public LimitResult TryEstablish(PeerId peer) => accountant.TryEstablish(this, peer);

    public void Dispose() => accountant.Release(this);
}
