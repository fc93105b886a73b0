namespace P2Panda.Libp2p;

/// <summary>
/// Only configured addresses are dialed, themselves or as relays: nothing that a peer tells us makes us connect anywhere. Inbound
/// connections are another gate's business.
/// </summary>
public sealed class KnownAddressesGate(IEnumerable<NodeAddress> known) : IConnectionGate
{
    private readonly HashSet<Multiaddr> _known = [.. known.SelectMany(each => each.Candidates).Select(address => address.WithoutPeer())];

    /// <inheritdoc/>
    public event Action? Changed
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public string Name => "known addresses only";

    /// <inheritdoc/>
    public bool AllowsDial(PeerId? peer, Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var reached = address.IsRelayed ? address.Decapsulate(MultiaddrProtocol.P2PCircuit) : address;
        return reached is not null && _known.Contains(reached.WithoutPeer());
    }

    /// <inheritdoc/>
    public bool AllowsAccept(Multiaddr remote) => true;

    /// <inheritdoc/>
    public bool AllowsPeer(PeerId peer) => true;
}
