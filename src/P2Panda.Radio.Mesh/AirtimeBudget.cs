namespace P2Panda.Radio.Mesh;

/// <summary>A share of the legal airtime as a token bucket: saved up over at most an hour, or a given depth, never overdrawn by more than one frame.</summary>
internal sealed class AirtimeBudget
{
    private readonly TimeSpan _perHour;
    private readonly TimeSpan _depth;
    private TimeSpan _left;
    private TimeSpan _at;

    /// <summary>A bucket that starts with half an hour's share.</summary>
    public AirtimeBudget(TimeSpan perHour, TimeSpan now)
        : this(perHour, now, perHour) => _left = perHour / 2;

    /// <summary>A bucket that saves up no more than <paramref name="depth"/>, and starts with that.</summary>
    public AirtimeBudget(TimeSpan perHour, TimeSpan now, TimeSpan depth)
    {
        _perHour = perHour;
        _depth = depth;
        _left = depth;
        _at = now;
    }

    /// <summary>What may be spent now.</summary>
    public TimeSpan Left(TimeSpan now)
    {
        Fill(now);
        return _left;
    }

    /// <summary>Whether something may be spent at all.</summary>
    public bool Allows(TimeSpan now) => Left(now) > TimeSpan.Zero;

    /// <summary>When something may be spent again; never when the share is nothing.</summary>
    public TimeSpan AllowedAt(TimeSpan now) => Allows(now) ? now
        : _perHour <= TimeSpan.Zero ? TimeSpan.MaxValue
        : now + (TimeSpan.FromHours(1) * (-_left / _perHour)) + TimeSpan.FromSeconds(1);

    /// <summary>When so much may be spent, or half of what can be saved up if that is less.</summary>
    public TimeSpan AllowedAt(TimeSpan now, TimeSpan airtime)
    {
        var needed = airtime < _depth / 2 ? airtime : _depth / 2;
        var lacking = needed - Left(now);
        return lacking <= TimeSpan.Zero ? now
            : _perHour <= TimeSpan.Zero ? TimeSpan.MaxValue
            : now + (TimeSpan.FromHours(1) * (lacking / _perHour)) + TimeSpan.FromSeconds(1);
    }

    /// <summary>Spends.</summary>
    public void Spend(TimeSpan airtime, TimeSpan now)
    {
        Fill(now);
        _left -= airtime;
    }

    private void Fill(TimeSpan now)
    {
        if (now > _at)
        {
            _left += _perHour * ((now - _at) / TimeSpan.FromHours(1));
            _left = _left < _depth ? _left : _depth;
            _at = now;
        }
    }
}
