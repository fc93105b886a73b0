using P2Panda.Core.Keys;

namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>
/// Keys to be told for gateways which those who asked for them may not hear: on credit, and after a while that is left to their owners, or
/// to somebody else, to tell them.
/// </summary>
/// <param name="frame">Time on air of a typical frame.</param>
/// <param name="random">Chance: whoever draws the shortest time tells a key.</param>
internal sealed class OthersKeys(TimeSpan frame, Random random)
{
    /// <summary>Answers for others that may be given in vain, or in haste.</summary>
    public const int MaxCredit = 4;

    /// <summary>Time in which one more may be given.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromMinutes(10);

    /// <summary>Frames' time that is left to a gateway to tell its key itself.</summary>
    private const int OwnersFrames = 12;

    private readonly List<PublicKey> _keys = [];
    private readonly EvidenceCredit _credit = new(MaxCredit, Refill);
    private TimeSpan _dueAt;

    /// <summary>Whether there are any to tell.</summary>
    public bool HasAny => _keys.Count > 0;

    /// <summary>When to tell them; never when there are none.</summary>
    public TimeSpan DueAt => HasAny ? _dueAt : TimeSpan.MaxValue;

    /// <summary>Somebody asked for a key that is known here.</summary>
    public void AskedFor(PublicKey key, TimeSpan now)
    {
        if (_keys.Contains(key) || _keys.Count == IdentitySchedule.MaxAsked || !_credit.TryTake(now))
        {
            return;
        }

        var due = now + (frame * (OwnersFrames * (1 + random.NextDouble())));
        _dueAt = due < DueAt ? due : DueAt;
        _keys.Add(key);
    }

    /// <summary>A key was told, by its owner or by somebody else.</summary>
    public void Told(PublicKey key) => _keys.Remove(key);

    /// <summary>Puts them off until there is airtime.</summary>
    public void PutOff(TimeSpan until) => _dueAt = until;

    /// <summary>Takes those that are told now.</summary>
    public IReadOnlyList<PublicKey> Take()
    {
        PublicKey[] keys = [.. _keys];
        _keys.Clear();
        return keys;
    }
}
