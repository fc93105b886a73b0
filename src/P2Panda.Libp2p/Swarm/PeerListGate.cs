namespace P2Panda.Libp2p;

/// <summary>A list of peers: either only they may connect, or they may not. It can change at any time and then acts on existing connections.</summary>
public sealed class PeerListGate : IConnectionGate
{
    private readonly Lock _gate = new();
    private readonly HashSet<PeerId> _peers;
    private readonly bool _allow;

    private PeerListGate(bool allow, IEnumerable<PeerId> peers)
    {
        _allow = allow;
        _peers = [.. peers];
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public string Name => _allow ? "allow-list" : "block-list";

    /// <summary>Nobody but these peers.</summary>
    public static PeerListGate Only(params IEnumerable<PeerId> peers) => new(allow: true, peers);

    /// <summary>Everybody but these peers.</summary>
    public static PeerListGate Except(params IEnumerable<PeerId> peers) => new(allow: false, peers);

    /// <summary>Puts a peer on the list.</summary>
    public void Add(PeerId peer)
    {
        lock (_gate)
        {
            _peers.Add(peer);
        }

        Changed?.Invoke();
    }

    /// <summary>Takes a peer off the list.</summary>
    public void Remove(PeerId peer)
    {
        lock (_gate)
        {
            _peers.Remove(peer);
        }

        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public bool AllowsDial(PeerId? peer, Multiaddr address) => peer is null || AllowsPeer(peer);

    /// <inheritdoc/>
    public bool AllowsAccept(Multiaddr remote) => true;

    /// <inheritdoc/>
    public bool AllowsPeer(PeerId peer)
    {
        lock (_gate)
        {
            return _peers.Contains(peer) == _allow;
        }
    }
}
