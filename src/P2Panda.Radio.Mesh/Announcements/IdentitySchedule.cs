using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>
/// When to tell our key: now and then in any case, soon when somebody new is in reach or asks for it, and when seals are heard that cannot
/// be checked; in that case the announcement also asks for the key. Being new to each other two gateways cannot read each other's wants,
/// but an announcement with a key in it proves itself. Recordings of strangers and made-up seals look the same: announcements of their own
/// are made for strangers on credit, which those earn who turn out to be in reach, and only when nobody else has made one meanwhile.
/// Announcements that are due anyhow ask and answer along the way.
/// </summary>
internal sealed class IdentitySchedule(TimeSpan longest, TimeSpan frame, Random random)
{
    /// <summary>Key ids asked for in one announcement; the latest heard.</summary>
    public const int MaxAsked = 4;

    /// <summary>Announcements made for strangers before one of them turns out to be in reach.</summary>
    public const int MaxCredit = 1;

    /// <summary>Time in which one more may be made.</summary>
    public static readonly TimeSpan CreditRefill = TimeSpan.FromHours(1);

    /// <summary>Announcements, ours and others', in which a key is asked for in vain before it has to be heard again.</summary>
    public const int MaxAsks = 2;

    /// <summary>Key ids heard once that are remembered without being asked for.</summary>
    public const int MaxOnce = 16;

    /// <summary>Shortest time between two announcements of our key.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(40);

    /// <summary>An announcement for strangers is made at a random instant within this time, unless somebody else makes one first.</summary>
    public static readonly TimeSpan StrangerWindow = TimeSpan.FromSeconds(20);

    /// <summary>Announcements that carry the key after somebody asked for it.</summary>
    public const int Answers = 3;

    /// <summary>Interval of the slow timer at first; it doubles.</summary>
    public static readonly TimeSpan FirstInterval = TimeSpan.FromHours(1);

    private readonly List<(KeyId Key, int Asks, TimeSpan HeardAt)> _unknown = [];
    private readonly EvidenceCredit _credit = new(MaxCredit, CreditRefill);
    private readonly List<KeyId> _once = [];
    private TimeSpan _interval = FirstInterval;
    private TimeSpan _toldAt = TimeSpan.MinValue;
    private TimeSpan _mayAskAt = TimeSpan.MinValue;
    private TimeSpan _askPause = Pause;
    private TimeSpan _termsToldAt = TimeSpan.MinValue;
    private bool _isForStrangers;
    private bool _isNewcomerNear;
    private int _answersLeft;
    private TimeSpan _openUntil;
    private TimeSpan _regularAt = TimeSpan.MaxValue;
    private TimeSpan _broughtAt = TimeSpan.MaxValue;

    /// <summary>When it is due.</summary>
    public TimeSpan DueAt => Earlier(Earlier(_regularAt, _broughtAt), Others.DueAt);

    /// <summary>Keys of others that are told along with ours.</summary>
    public OthersKeys Others { get; } = new(frame, random);

    /// <summary>Whether our key is due by its own timer.</summary>
    public bool IsRegular(TimeSpan now) => _regularAt <= now;

    /// <summary>Whether the next announcement of our key is for somebody new, who is to be told how things stand too.</summary>
    public bool IsGreeting { get; private set; }

    /// <summary>Whether terms are worth telling along with the key: somebody new may listen, and they were not told lately.</summary>
    public bool WithTerms(TimeSpan now) => _isNewcomerNear && (_termsToldAt == TimeSpan.MinValue || now - _termsToldAt >= FirstInterval);

    /// <summary>Whether the key belongs in the next announcement whatever that is about.</summary>
    public bool GoesAlong => _answersLeft > 0 || _unknown.Count > 0 || Others.HasAny;

    /// <summary>Whether seals are heard that cannot be checked.</summary>
    public bool HearsStrangers => _unknown.Count > 0;

    /// <summary>Begins; the first announcement comes soon, unless others know us already: who does not asks.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="isKnown">Whether others know us.</param>
    /// <param name="openUntil">Until then strangers are answered without credit: everybody is one.</param>
    public void Start(TimeSpan now, bool isKnown, TimeSpan openUntil)
    {
        _openUntil = openUntil;
        _isNewcomerNear = !isKnown;
        _regularAt = now + (isKnown ? FirstInterval * random.NextDouble() : frame * (5 + (60 * random.NextDouble())));
    }

    /// <summary>Somebody new is heard.</summary>
    public void Greet(bool isProven, TimeSpan now)
    {
        _isNewcomerNear |= isProven;
        if (isProven || MayBring(now))
        {
            IsGreeting |= !isProven;
            Bring(!isProven && now >= _openUntil, now);
        }
    }

    /// <summary>Somebody asked who we are.</summary>
    public void Asked(bool isProven, TimeSpan now)
    {
        var isBrought = isProven || MayBring(now);
        _answersLeft = Math.Max(_answersLeft, isBrought ? Answers : 1);
        if (isBrought)
        {
            Bring(false, now);
        }
    }

    /// <summary>A stranger turned out to be in reach: it is told our key along with the next announcement, or when it asks.</summary>
    public void Proved()
    {
        _credit.Earn(1);
        _answersLeft = Math.Max(_answersLeft, 1);
    }

    /// <summary>Somebody new has stayed: terms are told along with our key some time.</summary>
    public void Stayed() => _isNewcomerNear = true;

    /// <summary>
    /// A seal was heard under a key that has not been announced to us. Anybody can make up keys, and any frame of one symbol can be read as a
    /// seal: it is asked for when it is heard again, or comes in a burst whose tag is right.
    /// </summary>
    public void HeardUnknown(KeyId key, bool isWholeBurst, TimeSpan now)
    {
        var known = _unknown.FindIndex(other => other.Key == key);
        if (known < 0 && !_once.Remove(key) && !isWholeBurst && now >= _openUntil)
        {
            _once.Add(key);
            if (_once.Count > MaxOnce)
            {
                _once.RemoveAt(0);
            }

            return;
        }

        var asks = 0;
        if (known >= 0)
        {
            asks = _unknown[known].Asks;
            _unknown.RemoveAt(known);
        }

        _unknown.Add((key, asks, now));
        if (_unknown.Count > MaxAsked)
        {
            _unknown.RemoveAt(0);
        }

        if (now >= _mayAskAt && MayBring(now))
        {
            _mayAskAt = now + _askPause;
            _askPause = Earlier(_askPause * 2, longest);
            Bring(now >= _openUntil, now);
        }
    }

    /// <summary>A key was announced, or told by somebody else: it is not asked for any longer. Whether it was.</summary>
    public bool Learned(KeyId key) => _unknown.RemoveAll(other => other.Key == key) > 0;

    /// <summary>What was sealed with a key that was asked for verifies.</summary>
    public void Verified()
    {
        _credit.Earn(1);
        _askPause = Pause;
        _mayAskAt = TimeSpan.MinValue;
    }

    /// <summary>A neighbour has announced how things stand, which may be enough for strangers.</summary>
    /// <param name="asked">The keys it asked for.</param>
    /// <param name="now">Monotonic time.</param>
    public void HeardOther(IReadOnlyList<KeyId> asked, TimeSpan now)
    {
        CountAsks(asked.Contains, now);
        if (_isForStrangers && _unknown.TrueForAll(other => asked.Contains(other.Key)))
        {
            _broughtAt = TimeSpan.MaxValue;
            _isForStrangers = IsGreeting = false;
        }
    }

    /// <summary>Keys not heard for long are not asked for any more.</summary>
    public void Forget(TimeSpan now) => _unknown.RemoveAll(other => now - other.HeardAt > FirstInterval);

    /// <summary>Puts it off until there is airtime.</summary>
    public void PutOff(TimeSpan until)
    {
        _regularAt = _regularAt < until ? until : _regularAt;
        _broughtAt = _broughtAt < until ? until : _broughtAt;
        Others.PutOff(until);
    }

    /// <summary>The key is announced now.</summary>
    /// <returns>The keys to ask for along with it.</returns>
    public IReadOnlyList<KeyId> Tell(TimeSpan now)
    {
        _termsToldAt = WithTerms(now) ? now : _termsToldAt;
        _isNewcomerNear = _isForStrangers = IsGreeting = false;
        _answersLeft = Math.Max(0, _answersLeft - 1);
        _toldAt = now;
        _broughtAt = TimeSpan.MaxValue;
        _regularAt = now + (_interval * (0.75 + (0.5 * random.NextDouble())));
        _interval = Earlier(_interval * 2, longest);
        var asked = _unknown.ConvertAll(other => other.Key);
        CountAsks(_ => true, now);
        return asked;
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>Whether an announcement may be made for a stranger: one is coming anyhow, or there is credit.</summary>
    private bool MayBring(TimeSpan now) => now < _openUntil || DueAt - now <= Pause || _credit.TryTake(now);

    private void Bring(bool isForStrangers, TimeSpan now)
    {
        var earliest = _toldAt == TimeSpan.MinValue || _toldAt + Pause < now ? now : _toldAt + Pause;
        var due = earliest + (isForStrangers ? StrangerWindow * random.NextDouble() : frame * (1 + (8 * random.NextDouble())));
        if (due < DueAt)
        {
            _isForStrangers = isForStrangers;
            _broughtAt = due;
        }
    }

    private void CountAsks(Func<KeyId, bool> which, TimeSpan now)
    {
        if (now < _openUntil)
        {
            return;
        }

        for (var i = 0; i < _unknown.Count; i++)
        {
            _unknown[i] = which(_unknown[i].Key) ? _unknown[i] with { Asks = _unknown[i].Asks + 1 } : _unknown[i];
        }

        _unknown.RemoveAll(other => other.Asks >= MaxAsks);
    }
}
