namespace P2Panda.Libp2p.Protocols.Rendezvous;

/// <summary>
/// Registrations of a server: who, where, until when, in the order in which they came. Time is a parameter; every count has a bound.
/// Not thread-safe.
/// </summary>
internal sealed class RendezvousStore(RendezvousOptions options)
{
    private static readonly IComparer<Entry> BySequence = Comparer<Entry>.Create((a, b) => a.Sequence.CompareTo(b.Sequence));

    private static readonly IComparer<Entry> ByExpiry =
        Comparer<Entry>.Create((a, b) => a.Expiry != b.Expiry ? a.Expiry.CompareTo(b.Expiry) : a.Sequence.CompareTo(b.Sequence));

    private readonly Dictionary<(PeerId Peer, string Name), Entry> _entries = [];
    private readonly SortedSet<Entry> _all = new(BySequence);
    private readonly SortedSet<Entry> _expiring = new(ByExpiry);
    private readonly Dictionary<string, SortedSet<Entry>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<PeerId, int> _perPeer = [];
    private readonly Dictionary<string, int> _perOrigin = new(StringComparer.Ordinal);
    private readonly RendezvousCookie _cookies = new();
    private ulong _sequence;

    public int Count => _entries.Count;

    public int NamespaceCount => _byName.Count;

    /// <summary>Registers a peer, or renews it. The record was verified.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="origin">Address range it comes from; null is not counted.</param>
    /// <param name="name">Namespace.</param>
    /// <param name="record">Signed record, given out as it came.</param>
    /// <param name="ttlSeconds">Life that is asked for; null for the default.</param>
    /// <param name="now">Time since whenever.</param>
    /// <param name="granted">Life that is granted.</param>
    public RendezvousStatus Register(PeerId peer, string? origin, string name, byte[] record, ulong? ttlSeconds, TimeSpan now, out TimeSpan granted)
    {
        granted = TimeSpan.Zero;
        if (!TryGrant(ttlSeconds, out var ttl))
        {
            return RendezvousStatus.InvalidTtl;
        }

        if (!HasRoom(peer, origin, name, now))
        {
            return RendezvousStatus.Unavailable;
        }

        if (_entries.TryGetValue((peer, name), out var known))
        {
            Remove(known);
        }

        Add(new Entry(peer, origin, name, RendezvousNamespace.Write(name), record, ttl, now + ttl, ++_sequence));
        granted = ttl;
        return RendezvousStatus.Ok;
    }

    /// <summary>Whether a time to live may be asked for, and what it is. Nothing a client sends overflows.</summary>
    public bool TryGrant(ulong? ttlSeconds, out TimeSpan ttl)
    {
        ttl = options.DefaultTtl;
        if (ttlSeconds is not { } asked)
        {
            return true;
        }

        if (asked < options.MinTtl.TotalSeconds || asked > options.MaxTtl.TotalSeconds)
        {
            return false;
        }

        ttl = TimeSpan.FromSeconds((long)asked);
        return true;
    }

    /// <summary>Whether a peer may register, or renew.</summary>
    public bool HasRoom(PeerId peer, string? origin, string name, TimeSpan now)
    {
        Expire(now);
        var known = _entries.GetValueOrDefault((peer, name));
        return (known is not null || (_entries.Count < options.MaxTotal && _perPeer.GetValueOrDefault(peer) < options.MaxPerPeer))
            && (known?.Origin == origin || origin is null || _perOrigin.GetValueOrDefault(origin) < options.MaxPerAddress);
    }

    public void Unregister(PeerId peer, string name)
    {
        if (_entries.TryGetValue((peer, name), out var entry))
        {
            Remove(entry);
        }
    }

    /// <summary>Finds what was registered since the cookie.</summary>
    /// <param name="nameBytes">Namespace; null for all.</param>
    /// <param name="limit">Most that are wanted.</param>
    /// <param name="cookie">Where the last answer ended; null from the beginning.</param>
    /// <param name="now">Time since whenever.</param>
    /// <param name="found">Registrations, oldest first.</param>
    /// <param name="next">Where this answer ends.</param>
    public RendezvousStatus Discover(byte[]? nameBytes, ulong? limit, byte[]? cookie, TimeSpan now, out List<RendezvousMessage> found, out byte[] next)
    {
        found = [];
        next = [];
        string? name = null;
        if (nameBytes is not null && !RendezvousNamespace.TryRead(nameBytes, out name))
        {
            return RendezvousStatus.InvalidNamespace;
        }

        ulong after = 0;
        if (cookie is not null && !_cookies.TryRead(nameBytes, cookie, out after))
        {
            return RendezvousStatus.InvalidCookie;
        }

        Expire(now);
        var most = (int)Math.Min(limit ?? ulong.MaxValue, (ulong)options.MaxResults);
        var length = 0;
        var entries = name is null ? _all : _byName.GetValueOrDefault(name);
        if (entries is { Count: > 0 } && entries.Max!.Sequence > after)
        {
            foreach (var entry in entries.GetViewBetween(Entry.At(after + 1), Entry.At(ulong.MaxValue)))
            {
                length += RendezvousMessage.LengthInAnswer(entry.NameBytes, entry.Record);
                if (found.Count >= most || length > options.MaxAnswerLength)
                {
                    break;
                }

                found.Add(entry.ToMessage());
                after = entry.Sequence;
            }
        }

        next = _cookies.Write(nameBytes, after);
        return RendezvousStatus.Ok;
    }

    private void Expire(TimeSpan now)
    {
        while (_expiring.Min is { } first && first.Expiry <= now)
        {
            Remove(first);
        }
    }

    private void Add(Entry entry)
    {
        _entries.Add((entry.Peer, entry.Name), entry);
        _all.Add(entry);
        _expiring.Add(entry);
        if (!_byName.TryGetValue(entry.Name, out var siblings))
        {
            _byName.Add(entry.Name, siblings = new SortedSet<Entry>(BySequence));
        }

        siblings.Add(entry);
        Tally(_perPeer, entry.Peer, 1);
        if (entry.Origin is not null)
        {
            Tally(_perOrigin, entry.Origin, 1);
        }
    }

    private void Remove(Entry entry)
    {
        _entries.Remove((entry.Peer, entry.Name));
        _all.Remove(entry);
        _expiring.Remove(entry);
        var siblings = _byName[entry.Name];
        siblings.Remove(entry);
        if (siblings.Count == 0)
        {
            _byName.Remove(entry.Name);
        }

        Tally(_perPeer, entry.Peer, -1);
        if (entry.Origin is not null)
        {
            Tally(_perOrigin, entry.Origin, -1);
        }
    }

    private static void Tally<TKey>(Dictionary<TKey, int> counts, TKey key, int change)
        where TKey : notnull
    {
        var count = counts.GetValueOrDefault(key) + change;
        if (count == 0)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = count;
        }
    }

    private sealed record Entry(PeerId Peer, string? Origin, string Name, byte[] NameBytes, byte[] Record, TimeSpan Ttl, TimeSpan Expiry, ulong Sequence)
    {
        /// <summary>A point in the order.</summary>
        public static Entry At(ulong sequence) => new(null!, null, "", [], [], default, default, sequence);

        public RendezvousMessage ToMessage() => new()
        {
            Type = RendezvousMessageType.Register,
            Namespace = NameBytes,
            SignedPeerRecord = Record,
            Ttl = (ulong)Ttl.TotalSeconds,
        };
    }
}
