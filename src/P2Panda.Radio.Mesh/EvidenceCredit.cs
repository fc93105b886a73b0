namespace P2Panda.Radio.Mesh;

/// <summary>
/// What may be done on the word of frames that nobody has proved. Each such act costs one; what proves that it was right earns
/// <see cref="Reward"/>; a little comes back with time. Honest traffic pays for itself, inventions use the credit up and then cause nothing.
/// </summary>
internal sealed class EvidenceCredit(int limit, TimeSpan refill)
{
    /// <summary>What an act earns that turned out to be right.</summary>
    public const int Reward = 2;

    private double _left = limit;
    private TimeSpan _at;

    /// <summary>Whether one more act is allowed.</summary>
    public bool Allows(TimeSpan now)
    {
        if (now > _at)
        {
            _left = Math.Min(_left + ((now - _at) / refill), limit);
            _at = now;
        }

        return _left >= 1;
    }

    /// <summary>Takes one, if there is one.</summary>
    public bool TryTake(TimeSpan now)
    {
        if (!Allows(now))
        {
            return false;
        }

        _left--;
        return true;
    }

    /// <summary>An act turned out to be right.</summary>
    /// <param name="reward">What it earns; one where nothing but a repetition of the act is to be paid for.</param>
    public void Earn(int reward = Reward) => _left = Math.Min(_left + reward, limit);
}
