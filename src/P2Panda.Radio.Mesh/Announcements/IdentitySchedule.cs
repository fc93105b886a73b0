using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>
/// When to tell our key: now and then in any case, soon when somebody new is in reach or asks for it, and when seals are heard that cannot
/// be checked; in that case the announcement also asks for the key. Being new to each other two gateways cannot read each other's wants,
/// but an announcement with a key in it proves itself. Asking in vain by announcements of its own is done ever more rarely, whatever is
/// heard; announcements that are due anyhow ask and answer along the way.
/// </summary>
internal sealed class IdentitySchedule(TimeSpan longest, TimeSpan frame, Random random)
{
    /// <summary>Key ids asked for in one announcement; the latest heard.</summary>
    public const int MaxAsked = 4;

    /// <summary>Keys that may be asked for in vain before any is announced.</summary>
    public const int MaxCredit = 2;

    /// <summary>Time in which one more may be asked for in vain.</summary>
    public static readonly TimeSpan CreditRefill = TimeSpan.FromMinutes(30);

    /// <summary>Key ids heard once that are remembered without being asked for.</summary>
    public const int MaxOnce = 16;

    /// <summary>Shortest time between two announcements of our key.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(40);

    /// <summary>Announcements that carry the key after somebody asked for it.</summary>
    public const int Answers = 3;

    /// <summary>Interval of the slow timer at first; it doubles.</summary>
    public static readonly TimeSpan FirstInterval = TimeSpan.FromHours(1);

    /// <summary>Answers for others that may be given in vain, or in haste.</summary>
    public const int MaxOthersCredit = 4;

    /// <summary>Time in which one more may be given.</summary>
    public static readonly TimeSpan OthersRefill = TimeSpan.FromMinutes(10);

    /// <summary>Frames' time that is left to a gateway to tell its key itself.</summary>
    private const int OwnersFrames = 12;

    private readonly List<PublicKey> _others = [];
    private readonly EvidenceCredit _othersCredit = new(MaxOthersCredit, OthersRefill);
    private readonly List<(KeyId Key, TimeSpan HeardAt)> _unknown = [];
    private readonly EvidenceCredit _credit = new(MaxCredit, CreditRefill);
    private readonly List<KeyId> _once = [];
    private TimeSpan _interval = FirstInterval;
    private TimeSpan _toldAt = TimeSpan.MinValue;
    private TimeSpan _mayAskAt = TimeSpan.MinValue;
    private TimeSpan _askPause = Pause;
    private TimeSpan _termsToldAt = TimeSpan.MinValue;
    private bool _isNewcomerNear;
    private int _answersLeft;
    private TimeSpan _dueAt = TimeSpan.MaxValue;
    private TimeSpan _othersDueAt;

    /// <summary>When it is due.</summary>
    public TimeSpan DueAt => _others.Count > 0 && _othersDueAt < _dueAt ? _othersDueAt : _dueAt;

    /// <summary>Whether terms are worth telling along with the key: somebody new may listen, and they were not told lately.</summary>
    public bool WithTerms(TimeSpan now) => _isNewcomerNear && (_termsToldAt == TimeSpan.MinValue || now - _termsToldAt >= FirstInterval);

    /// <summary>Begins; the first announcement comes soon, unless others know us already: who does not asks.</summary>
    public void Start(TimeSpan now, bool isKnown)
    {
        _isNewcomerNear = !isKnown;
        _dueAt = now + (isKnown ? FirstInterval * random.NextDouble() : frame * (5 + (60 * random.NextDouble())));
    }

    /// <summary>Somebody new is in reach.</summary>
    public void Greet(TimeSpan now)
    {
        _isNewcomerNear = true;
        Bring(now);
    }

    /// <summary>Somebody asked who we are.</summary>
    public void Asked(TimeSpan now)
    {
        _answersLeft = Answers;
        Bring(now);
    }

    /// <summary>Whether the key belongs in the next announcement whatever that is about.</summary>
    public bool GoesAlong => _answersLeft > 0 || _unknown.Count > 0 || _others.Count > 0;

    /// <summary>Whether seals are heard that cannot be checked.</summary>
    public bool HearsStrangers => _unknown.Count > 0;

    /// <summary>
    /// Somebody asked for the key of a gateway that he may not hear, and that is known here. It is told, on credit, unless that gateway or
    /// another is heard telling it before.
    /// </summary>
    public void AskedFor(PublicKey key, TimeSpan now)
    {
        if (_others.Contains(key) || _others.Count == MaxAsked || !_othersCredit.TryTake(now))
        {
            return;
        }

        var due = now + (frame * (OwnersFrames * (1 + random.NextDouble())));
        _othersDueAt = _others.Count > 0 && _othersDueAt < due ? _othersDueAt : due;
        _others.Add(key);
    }

    /// <summary>A key was told, by its owner or by somebody else.</summary>
    public void Told(PublicKey key) => _others.Remove(key);

    /// <summary>Takes the keys of others that are told now.</summary>
    public IReadOnlyList<PublicKey> TellOthers()
    {
        PublicKey[] others = [.. _others];
        _others.Clear();
        return others;
    }

    /// <summary>
    /// A seal was heard under a key that has not been announced to us. Anybody can make up keys: they are asked for on credit, which keys earn
    /// that are then announced; without credit only those that are heard again.
    /// </summary>
    public void HeardUnknown(KeyId key, TimeSpan now)
    {
        var isKnown = _unknown.RemoveAll(other => other.Key == key) > 0;
        if (!isKnown && !_once.Remove(key) && !_credit.TryTake(now))
        {
            _once.Add(key);
            if (_once.Count > MaxOnce)
            {
                _once.RemoveAt(0);
            }

            return;
        }

        _unknown.Add((key, now));
        if (_unknown.Count > MaxAsked)
        {
            _unknown.RemoveAt(0);
        }

        if (now >= _mayAskAt)
        {
            _mayAskAt = now + _askPause;
            _askPause = _askPause * 2 < longest ? _askPause * 2 : longest;
            Bring(now);
        }
    }

    /// <summary>A key was announced.</summary>
    public void Learned(KeyId key)
    {
        if (Found(key))
        {
            Proved();
        }
    }

    /// <summary>A key was told, perhaps by somebody else: it is not asked for any longer. Whether it was.</summary>
    public bool Found(KeyId key) => _unknown.RemoveAll(other => other.Key == key) > 0;

    /// <summary>A key that was asked for exists.</summary>
    public void Proved()
    {
        _credit.Earn();
        _askPause = Pause;
        _mayAskAt = TimeSpan.MinValue;
    }

    /// <summary>Keys not heard for long are not asked for any more.</summary>
    public void Forget(TimeSpan now) => _unknown.RemoveAll(other => now - other.HeardAt > FirstInterval);

    /// <summary>Puts it off until there is airtime.</summary>
    public void PutOff(TimeSpan until) => (_dueAt, _othersDueAt) = (_dueAt < until ? until : _dueAt, until);

    /// <summary>The key is announced now.</summary>
    /// <returns>The keys to ask for along with it.</returns>
    public IReadOnlyList<KeyId> Tell(TimeSpan now)
    {
        _termsToldAt = WithTerms(now) ? now : _termsToldAt;
        _isNewcomerNear = false;
        _answersLeft = Math.Max(0, _answersLeft - 1);
        _toldAt = now;
        _dueAt = now + (_interval * (0.75 + (0.5 * random.NextDouble())));
        _interval = _interval * 2 < longest ? _interval * 2 : longest;
        return [.. _unknown.Select(other => other.Key)];
    }

    private void Bring(TimeSpan now)
    {
        var earliest = _toldAt == TimeSpan.MinValue || _toldAt + Pause < now ? now : _toldAt + Pause;
        var due = earliest + (frame * (1 + (8 * random.NextDouble())));
        _dueAt = due < _dueAt ? due : _dueAt;
    }
}
