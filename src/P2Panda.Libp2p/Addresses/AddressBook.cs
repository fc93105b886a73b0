namespace P2Panda.Libp2p;

/// <summary>
/// What we know of other peers' addresses. Bounded: peers beyond <see cref="MaxPeers"/> push out the one not seen for longest,
/// addresses beyond <see cref="MaxPerPeer"/> of a kind push out the oldest of that kind.
/// </summary>
public sealed class AddressBook(TimeProvider time)
{
    /// <summary>Peers remembered.</summary>
    public const int MaxPeers = 4096;

    /// <summary>Addresses per peer that the peer signed, and as many that it did not.</summary>
    public const int MaxPerPeer = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, LinkedListNode<Entry>> _peers = [];
    private readonly LinkedList<Entry> _byAge = new();

    /// <summary>Peers with at least one address.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _peers.Count;
            }
        }
    }

    /// <summary>Remembers addresses for a time. An address keeps the later of two expiries.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="addresses">The addresses; a peer id of somebody else at the end disqualifies one.</param>
    /// <param name="lifetime">For how long.</param>
    /// <param name="certified">Whether the peer signed them.</param>
    public void Add(PeerId peer, IEnumerable<Multiaddr> addresses, TimeSpan lifetime, bool certified = false)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(addresses);
        var now = time.GetUtcNow();
        var expiry = lifetime > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + lifetime;
        lock (_gate)
        {
            var entry = Touch(peer);
            foreach (var address in addresses)
            {
                if (address.Peer is { } other && other != peer)
                {
                    continue;
                }

                Remember(entry, address.WithoutPeer(), expiry, certified);
            }

            if (entry.Addresses.Count == 0)
            {
                Remove(peer);
            }
        }
    }

    /// <summary>Addresses that have not expired, signed ones first.</summary>
    public IReadOnlyList<Multiaddr> Get(PeerId peer)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_peers.TryGetValue(peer, out var node))
            {
                return [];
            }

            node.Value.Addresses.RemoveAll(known => known.Expiry <= now);
            if (node.Value.Addresses.Count == 0)
            {
                Remove(peer);
                return [];
            }

            return [.. node.Value.Addresses.OrderByDescending(known => known.Certified).Select(known => known.Address)];
        }
    }

    /// <summary>Takes a signed record; older ones than the last are ignored.</summary>
    public void Add(PeerRecord record, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_gate)
        {
            var entry = Touch(record.Peer);
            if (record.Sequence < entry.Sequence)
            {
                return;
            }

            entry.Sequence = record.Sequence;
            entry.Addresses.RemoveAll(known => known.Certified);
        }

        Add(record.Peer, record.Addresses, lifetime, certified: true);
    }

    /// <summary>Forgets a peer.</summary>
    public void Forget(PeerId peer)
    {
        lock (_gate)
        {
            Remove(peer);
        }
    }

    private static void Remember(Entry entry, Multiaddr address, DateTimeOffset expiry, bool certified)
    {
        var index = entry.Addresses.FindIndex(known => known.Address.Equals(address));
        if (index >= 0)
        {
            var known = entry.Addresses[index];
            entry.Addresses[index] = known with { Expiry = expiry > known.Expiry ? expiry : known.Expiry, Certified = known.Certified || certified };
            return;
        }

        if (entry.Addresses.Count(known => known.Certified == certified) >= MaxPerPeer)
        {
            entry.Addresses.RemoveAt(entry.Addresses.FindIndex(known => known.Certified == certified));
        }

        entry.Addresses.Add(new Known(address, expiry, certified));
    }

    private Entry Touch(PeerId peer)
    {
        if (_peers.TryGetValue(peer, out var node))
        {
            _byAge.Remove(node);
        }
        else
        {
            if (_peers.Count >= MaxPeers)
            {
                Remove(_byAge.First!.Value.Peer);
            }

            node = new LinkedListNode<Entry>(new Entry(peer));
            _peers.Add(peer, node);
        }

        _byAge.AddLast(node);
        return node.Value;
    }

    private void Remove(PeerId peer)
    {
        if (_peers.Remove(peer, out var node))
        {
            _byAge.Remove(node);
        }
    }

    private sealed record Known(Multiaddr Address, DateTimeOffset Expiry, bool Certified);

    private sealed class Entry(PeerId peer)
    {
        public PeerId Peer { get; } = peer;

        public List<Known> Addresses { get; } = [];

        public ulong Sequence { get; set; }
    }
}
