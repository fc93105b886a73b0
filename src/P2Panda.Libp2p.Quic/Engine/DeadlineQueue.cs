namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>Connections by the instant they next want attention: a binary heap in which each knows its place, so that moving is cheap.</summary>
internal sealed class DeadlineQueue
{
    private readonly List<QuicConnection> _heap = [];

    public ulong Next => _heap.Count == 0 ? QuicClock.Never : _heap[0].Deadline;

    /// <summary>The first connection due at <paramref name="now"/>, or null. It stays until it is moved or removed.</summary>
    public QuicConnection? FirstDue(ulong now) => _heap.Count > 0 && _heap[0].Deadline <= now ? _heap[0] : null;

    public void Set(QuicConnection connection, ulong deadline)
    {
        if (connection.HeapIndex < 0)
        {
            connection.HeapIndex = _heap.Count;
            _heap.Add(connection);
        }

        connection.Deadline = deadline;
        Sift(connection);
    }

    public void Remove(QuicConnection connection)
    {
        var index = connection.HeapIndex;
        if (index < 0)
        {
            return;
        }

        connection.HeapIndex = -1;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last != connection)
        {
            Place(last, index);
            Sift(last);
        }
    }

    private void Place(QuicConnection connection, int index)
    {
        _heap[index] = connection;
        connection.HeapIndex = index;
    }

    private void Sift(QuicConnection connection)
    {
        var index = connection.HeapIndex;
        while (index > 0 && _heap[(index - 1) / 2].Deadline > connection.Deadline)
        {
            Place(_heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }

        for (; ; )
        {
            var child = (2 * index) + 1;
            if (child + 1 < _heap.Count && _heap[child + 1].Deadline < _heap[child].Deadline)
            {
                child++;
            }

            if (child >= _heap.Count || _heap[child].Deadline >= connection.Deadline)
            {
                break;
            }

            Place(_heap[child], index);
            index = child;
        }

        Place(connection, index);
    }
}
