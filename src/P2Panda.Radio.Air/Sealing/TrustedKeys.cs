using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>
/// The radio keys of other gateways: which are believed, and what is remembered of them. Keys come in announcements and prove themselves.
/// Tables are bounded; what the operator listed and what was met first under <see cref="TrustPolicy.FirstUse"/> is never displaced.
/// </summary>
public sealed class TrustedKeys
{
    /// <summary>Keys remembered for ever: listed, met first, or strict.</summary>
    public const int MaxRemembered = 1024;

    /// <summary>Announced keys kept in memory beside those; the one unheard for longest goes first.</summary>
    public const int MaxAnnounced = 512;

    private readonly IDurableMarks? _durable;
    private readonly Dictionary<PublicKey, KeyMarks> _remembered = [];
    private readonly LinkedList<PublicKey> _announced = new();
    private readonly Dictionary<ulong, List<PublicKey>> _byId = [];

    /// <summary>Takes up what is remembered.</summary>
    /// <param name="policy">Whose seals are believed.</param>
    /// <param name="durable">Where to remember; none keeps everything in memory.</param>
    /// <exception cref="IOException">The marks cannot be read.</exception>
    public TrustedKeys(TrustPolicy policy, IDurableMarks? durable = null)
    {
        Policy = policy;
        _durable = durable;
        foreach (var (name, value) in durable?.ReadAll(MarkKind.Trust) ?? [])
        {
            if (name.Length == PublicKey.Length && value.Length == 1)
            {
                _remembered[new PublicKey(name)] = (KeyMarks)value[0];
                Index(new PublicKey(name));
            }
        }
    }

    /// <summary>Whose seals are believed.</summary>
    public TrustPolicy Policy { get; }

    /// <summary>Everything remembered.</summary>
    public IReadOnlyCollection<KeyValuePair<PublicKey, KeyMarks>> Remembered => _remembered;

    /// <summary>The operator vouches for a key.</summary>
    /// <exception cref="IOException">It could not be made durable.</exception>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void Add(PublicKey key)
    {
        if (!TryRemember(key, KeyMarks.Listed))
        {
            throw new InvalidOperationException($"More than {MaxRemembered} radio keys are remembered; remove some first.");
        }
    }

    /// <summary>
    /// Keys that were believed before a restart, under <see cref="TrustPolicy.Open"/>: their seals can be checked at once. Under the other
    /// policies what counts is remembered anyway.
    /// </summary>
    public void Recall(IEnumerable<PublicKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var key in keys.Where(_ => Policy == TrustPolicy.Open))
        {
            Learn(key);
        }
    }

    /// <summary>The operator withdraws a key; under <see cref="TrustPolicy.Open"/> it may be announced again.</summary>
    /// <exception cref="IOException">It could not be made durable.</exception>
    public bool Remove(PublicKey key)
    {
        _announced.Remove(key);
        Unindex(key);
        if (!_remembered.Remove(key))
        {
            return false;
        }

        _durable?.Remove(MarkKind.Trust, key.Bytes);
        return true;
    }

    /// <summary>What is remembered about a key.</summary>
    public KeyMarks MarksOf(PublicKey key) => _remembered.GetValueOrDefault(key);

    /// <summary>Known keys with an id; two with one id are possible and both are tried.</summary>
    internal IReadOnlyList<PublicKey> Find(KeyId id) => _byId.GetValueOrDefault(id.Value) ?? [];

    /// <summary>Known keys whose id begins with the four bytes a strict frame carries.</summary>
    internal IEnumerable<PublicKey> FindByHint(uint hint) =>
        _byId.Where(pair => pair.Key >> 32 == hint).SelectMany(pair => pair.Value);

    /// <summary>Whether a key's seals are believed.</summary>
    internal bool IsBelieved(PublicKey key) => Policy switch
    {
        TrustPolicy.Open => true,
        TrustPolicy.List => (MarksOf(key) & KeyMarks.Listed) != 0,
        _ => (MarksOf(key) & (KeyMarks.Listed | KeyMarks.Met)) != 0,
    };

    /// <summary>A key has proved itself in an announcement.</summary>
    internal RefusalReason Learn(PublicKey key)
    {
        if (Policy == TrustPolicy.FirstUse && !IsBelieved(key))
        {
            return TryRemember(key, KeyMarks.Met) ? RefusalReason.None : RefusalReason.KeyNotTrusted;
        }

        if (Policy == TrustPolicy.List)
        {
            return IsBelieved(key) ? RefusalReason.None : RefusalReason.KeyNotTrusted;
        }

        if (!_remembered.ContainsKey(key))
        {
            _announced.Remove(key);
            _announced.AddFirst(key);
            Index(key);
            if (_announced.Count > MaxAnnounced)
            {
                Unindex(_announced.Last!.Value);
                _announced.RemoveLast();
            }
        }

        return RefusalReason.None;
    }

    /// <summary>A key has signed a frame of its own; it is held to that.</summary>
    internal void MarkStrict(PublicKey key)
    {
        if ((MarksOf(key) & KeyMarks.Strict) == 0)
        {
            TryRemember(key, KeyMarks.Strict);
        }
    }

    private bool TryRemember(PublicKey key, KeyMarks mark)
    {
        if (_remembered.Count >= MaxRemembered && !_remembered.ContainsKey(key))
        {
            return false;
        }

        var marks = MarksOf(key) | mark;
        _durable?.Write(MarkKind.Trust, key.Bytes, [(byte)marks]);
        _remembered[key] = marks;
        _announced.Remove(key);
        Index(key);
        return true;
    }

    private void Index(PublicKey key)
    {
        var id = KeyId.Of(key).Value;
        if (!_byId.TryGetValue(id, out var keys))
        {
            _byId[id] = keys = [];
        }

        if (!keys.Contains(key))
        {
            keys.Add(key);
        }
    }

    private void Unindex(PublicKey key)
    {
        var id = KeyId.Of(key).Value;
        if (_byId.TryGetValue(id, out var keys) && keys.Remove(key) && keys.Count == 0)
        {
            _byId.Remove(id);
        }
    }
}
