using System.Net;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>
/// Who has reserved and which circuits run: a relay's decisions without its streams. Reservations belong to a connection and end with
/// it; until they end they keep it open, however quiet it is. Nothing is remembered of a refused request but its token.
/// </summary>
internal sealed class ReservationTable(RelayServerOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Entry> _reservations = [];
    private readonly Dictionary<PeerId, int> _circuitsOf = [];
    private readonly RequestRates<(PeerId, bool)> _peerRates = new(options.RequestsPerPeer, options.PeerWindow);
    private readonly RequestRates<(AddressRange, bool)> _addressRates = new(options.RequestsPerAddress, options.AddressWindow);
    private int _circuits;

    /// <summary>Reservations that have not expired.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return _reservations.Count;
            }
        }
    }

    public int CircuitCount
    {
        get
        {
            lock (_gate)
            {
                return _circuits;
            }
        }
    }

    /// <summary>Everything that is remembered, for tests of its bounds.</summary>
    public int TrackedCount
    {
        get
        {
            lock (_gate)
            {
                return _reservations.Count + _circuitsOf.Count + _peerRates.Count + _addressRates.Count;
            }
        }
    }

    /// <summary>Reserves or renews; a new reservation takes one lease on its connection.</summary>
    public RelayStatus TryReserve(PeerId peer, long connection, IPAddress? ip, out DateTimeOffset expires, Func<IDisposable>? keepOpen = null)
    {
        expires = default;
        if (options.MayReserve?.Invoke(peer) == false)
        {
            return RelayStatus.PermissionDenied;
        }

        lock (_gate)
        {
            Expire();
            if (!TakeToken(peer, ip, circuit: false))
            {
                return RelayStatus.ResourceLimitExceeded;
            }

            var isNew = !_reservations.TryGetValue(connection, out var entry);
            if (isNew)
            {
                if (_reservations.Count >= options.MaxReservations
                    || _reservations.Values.Count(each => each.Peer == peer) >= options.MaxReservationsPerPeer
                    || IsCounted(ip) && !HasRoomFor(ip!))
                {
                    return RelayStatus.ResourceLimitExceeded;
                }

                entry = new Entry(peer, IsCounted(ip) ? ip : null, keepOpen?.Invoke());
            }

            expires = time.GetUtcNow() + options.ReservationDuration;
            _reservations[connection] = entry! with { Expires = expires };
            return RelayStatus.Ok;
        }
    }

    /// <summary>The connection was closed.</summary>
    public bool Remove(long connection)
    {
        lock (_gate)
        {
            return End(connection);
        }
    }

    /// <summary>No more is kept for anybody: the relay stops.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var connection in _reservations.Keys)
            {
                End(connection);
            }
        }
    }

    /// <summary>Takes a place for a circuit and finds the connection to its target, the latest that reserved.</summary>
    public RelayStatus TryBeginCircuit(PeerId source, PeerId target, IPAddress? ip, out long connection)
    {
        connection = 0;
        if (source == target || options.MayConnect?.Invoke(source, target) == false)
        {
            return RelayStatus.PermissionDenied;
        }

        lock (_gate)
        {
            Expire();
            if (!TakeToken(source, ip, circuit: true))
            {
                return RelayStatus.ResourceLimitExceeded;
            }

            var found = _reservations.Where(pair => pair.Value.Peer == target).OrderByDescending(pair => pair.Value.Expires).Select(pair => pair.Key).FirstOrDefault(-1);
            if (found < 0)
            {
                return RelayStatus.NoReservation;
            }

            if (_circuits >= options.MaxCircuits || _circuitsOf.GetValueOrDefault(source) >= options.MaxCircuitsPerPeer)
            {
                return RelayStatus.ResourceLimitExceeded;
            }

            _circuits++;
            _circuitsOf[source] = _circuitsOf.GetValueOrDefault(source) + 1;
            connection = found;
            return RelayStatus.Ok;
        }
    }

    public void EndCircuit(PeerId source)
    {
        lock (_gate)
        {
            _circuits--;
            if (--_circuitsOf[source] == 0)
            {
                _circuitsOf.Remove(source);
            }
        }
    }

    private bool IsCounted(IPAddress? ip) => ip is not null && (options.LimitLoopback || !IPAddress.IsLoopback(ip));

    private bool HasRoomFor(IPAddress ip)
    {
        var (one, network) = (AddressRange.One(ip), AddressRange.Network(ip));
        var known = _reservations.Values.Select(each => each.Address).OfType<IPAddress>().ToList();
        return known.Count(each => AddressRange.One(each) == one) < options.MaxReservationsPerAddress
            && known.Count(each => AddressRange.Network(each) == network) < options.MaxReservationsPerNetwork;
    }

    private bool TakeToken(PeerId peer, IPAddress? ip, bool circuit)
    {
        var now = time.GetUtcNow();
        // The address first: a flood of fresh ids must not fill the table of peers.
        return (!IsCounted(ip) || _addressRates.TryTake((AddressRange.One(ip!), circuit), now)) && _peerRates.TryTake((peer, circuit), now);
    }

    private void Expire()
    {
        var now = time.GetUtcNow();
        foreach (var (connection, entry) in _reservations)
        {
            if (entry.Expires <= now)
            {
                End(connection);
            }
        }
    }

    private bool End(long connection)
    {
        var ended = _reservations.Remove(connection, out var entry);
        entry?.Lease?.Dispose();
        return ended;
    }

    private sealed record Entry(PeerId Peer, IPAddress? Address, IDisposable? Lease)
    {
        public DateTimeOffset Expires { get; init; }
    }
}
