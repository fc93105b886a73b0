using System.Numerics;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>
/// The closing and draining periods (RFC 9000 section 10.2): ids of closed connections, whose late datagrams are answered with the closing
/// datagram ever more rarely, or with silence. When full, the oldest go first, and their late datagrams meet a stateless reset.
/// </summary>
internal sealed class ClosedConnections(int capacity)
{
    private readonly Dictionary<ConnectionId, Entry> _entries = [];
    private readonly Queue<(ConnectionId Id, Entry Entry)> _byAge = [];

    public int Count => _entries.Count;

    /// <param name="ids">The connection's ids.</param>
    /// <param name="closing">The datagram that said goodbye; null when the peer closed, and nothing is to be said.</param>
    /// <param name="remote">The only address it may be repeated to.</param>
    /// <param name="until">When to forget.</param>
    public void Add(IEnumerable<ConnectionId> ids, byte[]? closing, in NativeAddress remote, ulong until)
    {
        var entry = new Entry(closing, remote, until);
        foreach (var id in ids)
        {
            if (_byAge.Count >= capacity)
            {
                Forget();
            }

            _entries[id] = entry;
            _byAge.Enqueue((id, entry));
        }
    }

    /// <summary>Whether a datagram belongs to a closed connection, and the answer that is due: after the 1st, 2nd, 4th, 8th … of them.</summary>
    public bool Matches(in ConnectionId id, in NativeAddress from, ulong now, out byte[]? answer)
    {
        answer = null;
        Expire(now);
        if (!_entries.TryGetValue(id, out var entry))
        {
            return false;
        }

        if (entry.Closing is not null && from.Equals(entry.Remote) && BitOperations.IsPow2(++entry.Seen))
        {
            answer = entry.Closing;
        }

        return true;
    }

    private void Expire(ulong now)
    {
        while (_byAge.TryPeek(out var oldest) && oldest.Entry.Until <= now)
        {
            Forget();
        }
    }

    private void Forget()
    {
        var (id, entry) = _byAge.Dequeue();
        if (_entries.TryGetValue(id, out var current) && current == entry)
        {
            _entries.Remove(id);
        }
    }

    private sealed class Entry(byte[]? closing, NativeAddress remote, ulong until)
    {
        public byte[]? Closing => closing;

        public NativeAddress Remote => remote;

        public ulong Until => until;

        public uint Seen { get; set; }
    }
}
