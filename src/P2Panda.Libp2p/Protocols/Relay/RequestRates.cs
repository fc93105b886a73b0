namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>
/// Token buckets by key. A bucket that is full again is forgotten; beyond <see cref="MaxKeys"/> the one used longest ago goes, so
/// memory is bounded whatever keys arrive.
/// </summary>
internal sealed class RequestRates<TKey>(int capacity, TimeSpan window)
    where TKey : notnull
{
    public const int MaxKeys = 4096;

    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, double Tokens, DateTimeOffset At)>> _buckets = [];
    private readonly LinkedList<(TKey Key, double Tokens, DateTimeOffset At)> _byUse = new();

    public int Count => _buckets.Count;

    /// <summary>Takes a token; false when there is none.</summary>
    public bool TryTake(TKey key, DateTimeOffset now)
    {
        var tokens = (double)capacity;
        if (_buckets.Remove(key, out var known))
        {
            _byUse.Remove(known);
            tokens = Math.Min(capacity, known.Value.Tokens + ((now - known.Value.At) / window * capacity));
        }

        var allowed = tokens >= 1;
        _buckets[key] = _byUse.AddLast((key, allowed ? tokens - 1 : tokens, now));
        while (_byUse.First is { } oldest && (_buckets.Count > MaxKeys || now - oldest.Value.At >= window))
        {
            _byUse.RemoveFirst();
            _buckets.Remove(oldest.Value.Key);
        }

        return allowed;
    }
}
