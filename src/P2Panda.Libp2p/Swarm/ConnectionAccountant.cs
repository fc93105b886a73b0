using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p.Swarm;

/// <summary>
/// Counts connections against <see cref="ConnectionLimits"/>. A slot is taken before any work and given back when its lease is
/// disposed. Tables hold only what is counted at the moment, so they are as bounded as the counts.
/// </summary>
internal sealed class ConnectionAccountant(ConnectionLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, int> _perPeer = [];
    private readonly Dictionary<(ulong Prefix, int Bits), int> _perRange = [];
    private readonly int[] _pending = new int[2];
    private readonly int[] _established = new int[2];
    private double _tokens = limits.InboundBurst;
    private long _refilled = time.GetTimestamp();

    /// <summary>Counts for metrics: pending and established per direction.</summary>
    public (int PendingIn, int PendingOut, int In, int Out) Counts
    {
        get
        {
            lock (_gate)
            {
                return (_pending[0], _pending[1], _established[0], _established[1]);
            }
        }
    }

    /// <summary>Ranges with a count: a bound for tests.</summary>
    internal int TrackedRanges
    {
        get
        {
            lock (_gate)
            {
                return _perRange.Count + _perPeer.Count;
            }
        }
    }

    public LimitResult TryBeginInbound(Multiaddr remote, out ConnectionLease? lease)
    {
        lease = null;
        var (address, network) = RangesOf(remote);
        lock (_gate)
        {
            if (_pending[0] >= limits.PendingInbound)
            {
                return LimitResult.PendingInbound;
            }

            if (_established[0] >= limits.EstablishedInbound)
            {
                return LimitResult.EstablishedInbound;
            }

            if (address is { } one && network is { } many)
            {
                if (_perRange.GetValueOrDefault(one) >= limits.PerAddress)
                {
                    return LimitResult.PerAddress;
                }

                if (_perRange.GetValueOrDefault(many) >= limits.PerNetwork)
                {
                    return LimitResult.PerNetwork;
                }

                if (!TryTakeToken())
                {
                    return LimitResult.InboundRate;
                }

                Add(one, 1);
                Add(many, 1);
            }

            _pending[0]++;
            lease = new ConnectionLease(this, ConnectionDirection.Inbound, address, network);
            return LimitResult.Ok;
        }
    }

    public LimitResult TryBeginOutbound(out ConnectionLease? lease)
    {
        lease = null;
        lock (_gate)
        {
            if (_pending[1] >= limits.PendingOutbound)
            {
                return LimitResult.PendingOutbound;
            }

            if (_established[1] >= limits.EstablishedOutbound)
            {
                return LimitResult.EstablishedOutbound;
            }

            _pending[1]++;
            lease = new ConnectionLease(this, ConnectionDirection.Outbound, null, null);
            return LimitResult.Ok;
        }
    }

    internal LimitResult TryEstablish(ConnectionLease lease, PeerId peer)
    {
        lock (_gate)
        {
            var side = (int)lease.Direction;
            if (_established[side] >= (side == 0 ? limits.EstablishedInbound : limits.EstablishedOutbound))
            {
                return side == 0 ? LimitResult.EstablishedInbound : LimitResult.EstablishedOutbound;
            }

            if (_perPeer.GetValueOrDefault(peer) >= limits.PerPeer)
            {
                return LimitResult.PerPeer;
            }

            _pending[side]--;
            _established[side]++;
            _perPeer[peer] = _perPeer.GetValueOrDefault(peer) + 1;
            lease.Peer = peer;
            return LimitResult.Ok;
        }
    }

    internal void Release(ConnectionLease lease)
    {
        lock (_gate)
        {
            if (lease.Released)
            {
                return;
            }

            lease.Released = true;
            if (lease.Peer is { } peer)
            {
                _established[(int)lease.Direction]--;
                if (--_perPeer[peer] == 0)
                {
                    _perPeer.Remove(peer);
                }
            }
            else
            {
                _pending[(int)lease.Direction]--;
            }

            if (lease is { Address: { } one, Network: { } many })
            {
                Add(one, -1);
                Add(many, -1);
            }
        }
    }

    private static ((ulong, int)? Address, (ulong, int)? Network) RangesOf(Multiaddr remote)
    {
        // Behind a relay everybody has the relay's address: there the relay counts.
        if (remote.IsRelayed || !remote.TryGetIp(out var ip) || IPAddress.IsLoopback(ip))
        {
            return (null, null);
        }

        var bytes = ip.GetAddressBytes();
        if (ip.AddressFamily == AddressFamily.InterNetwork)
        {
            ulong value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
            return ((value, 32), (value >> 8, 24));
        }

        var prefix = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return ((prefix >> 8, 56), (prefix >> 16, 48));
    }

    private void Add((ulong, int) range, int change)
    {
        var count = _perRange.GetValueOrDefault(range) + change;
        if (count == 0)
        {
            _perRange.Remove(range);
        }
        else
        {
            _perRange[range] = count;
        }
    }

    private bool TryTakeToken()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(limits.InboundBurst, _tokens + (time.GetElapsedTime(_refilled, now).TotalSeconds * limits.InboundPerSecond));
        _refilled = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
