namespace P2Panda.Libp2p.Protocols.Rendezvous;

/// <summary>
/// A token bucket per address range. Of at most <see cref="MaxKeys"/> ranges; the one that asked least recently is forgotten for a new one,
/// which gives it a full bucket again: whoever has that many ranges is not held back by their number. Not thread-safe.
/// </summary>
internal sealed class RequestBudget(double perSecond, int burst)
{
    public const int MaxKeys = 4096;

    private readonly Dictionary<string, LinkedListNode<Bucket>> _buckets = new(StringComparer.Ordinal);
    private readonly LinkedList<Bucket> _byAge = new();

    public int Count => _buckets.Count;

    public bool TryTake(string key, TimeSpan now)
    {
        if (_buckets.TryGetValue(key, out var node))
        {
            _byAge.Remove(node);
        }
        else
        {
            if (_buckets.Count >= MaxKeys)
            {
                _buckets.Remove(_byAge.First!.Value.Key);
                _byAge.RemoveFirst();
            }

            node = new LinkedListNode<Bucket>(new Bucket(key) { Tokens = burst, Refilled = now });
            _buckets.Add(key, node);
        }

        _byAge.AddLast(node);
        var bucket = node.Value;
        bucket.Tokens = Math.Min(burst, bucket.Tokens + ((now - bucket.Refilled).TotalSeconds * perSecond));
        bucket.Refilled = now;
        if (bucket.Tokens < 1)
        {
            return false;
        }

        bucket.Tokens--;
        return true;
    }

    private sealed class Bucket(string key)
    {
        public string Key { get; } = key;

        public double Tokens { get; set; }

        public TimeSpan Refilled { get; set; }
    }
}
