using System.Runtime.InteropServices;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>
/// Who may begin a handshake: total and per address, in progress and established. Under load newcomers first prove their address (Retry,
/// RFC 9000 section 8.1.2), which costs no state.
/// </summary>
internal sealed class HandshakeAdmission(QuicOptions options)
{
    private readonly Dictionary<ulong, Counts> _byPrefix = [];
    private readonly TokenBucket _withoutRetry = new(options.HandshakesPerSecond);
    private int _pending;
    private int _established;

    public int Pending => _pending;

    public int Established => _established;

    /// <summary>Addresses with a count: as many as there are connections at most.</summary>
    public int Addresses => _byPrefix.Count;

    /// <summary>Judges an Initial from an address without counting it yet.</summary>
    /// <returns>Null to go on, with or without proof of address; otherwise why not.</returns>
    public DropReason? Judge(in NativeAddress remote, ulong now, out bool requireToken)
    {
        requireToken = false;
        _byPrefix.TryGetValue(remote.Prefix, out var counts);
        var limited = options.LimitLoopback || !remote.IsLoopback;
        if (_pending >= options.MaxPendingHandshakes)
        {
            return DropReason.TooManyHandshakes;
        }

        if (_established + _pending >= options.MaxInboundConnections)
        {
            return DropReason.TooManyConnections;
        }

        if (limited && counts.Pending >= options.MaxPendingHandshakesPerAddress)
        {
            return DropReason.TooManyHandshakesFromAddress;
        }

        if (limited && counts.Pending + counts.Established >= options.MaxInboundConnectionsPerAddress)
        {
            return DropReason.TooManyConnectionsFromAddress;
        }

        requireToken = _pending >= options.RetryFromPendingHandshakes || !_withoutRetry.TryTake(now);
        return null;
    }

    public void Began(ulong prefix)
    {
        _pending++;
        CollectionsMarshal.GetValueRefOrAddDefault(_byPrefix, prefix, out _).Pending++;
    }

    public void Finished(ulong prefix)
    {
        _pending--;
        _established++;
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_byPrefix, prefix, out _);
        counts.Pending--;
        counts.Established++;
    }

    public void Ended(ulong prefix, bool wasEstablished)
    {
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_byPrefix, prefix, out _);
        if (wasEstablished)
        {
            _established--;
            counts.Established--;
        }
        else
        {
            _pending--;
            counts.Pending--;
        }

        if (counts is { Pending: 0, Established: 0 })
        {
            _byPrefix.Remove(prefix);
        }
    }

    private struct Counts
    {
        public int Pending;
        public int Established;
    }
}
