namespace P2Panda.Libp2p;

/// <summary>
/// When to dial a peer again. One that cannot be reached is tried ever less often; one that closes the connection within a second of the
/// handshake, as aquadoggo 0.8 to 0.9.1 does two times out of three or always, is tried quickly a few times, because each attempt is a new
/// chance.
/// </summary>
public sealed class RedialSchedule
{
    /// <summary>Closes at once, in a row, after which the operator is told.</summary>
    public const int ExplainAfter = 10;

    private static readonly TimeSpan[] Quick = [.. new double[] { 0.1, 0.2, 0.5, 1, 2, 5 }.Select(TimeSpan.FromSeconds)];
    private static readonly TimeSpan[] Usual = [.. new double[] { 1, 2, 5, 10, 20, 40, 60 }.Select(TimeSpan.FromSeconds)];
    private int _closedAtOnce;
    private int _failures;

    /// <summary>A connection that lives no longer than this was closed at once.</summary>
    public static TimeSpan AtOnce { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Closes at once, in a row.</summary>
    public int ClosedAtOnce => _closedAtOnce;

    /// <summary>Whether now is the time to tell the operator; true once for every <see cref="ExplainAfter"/> closes.</summary>
    public bool IsWorthExplaining => _closedAtOnce > 0 && _closedAtOnce % ExplainAfter == 0;

    /// <summary>A dial failed.</summary>
    /// <returns>The wait before the next one.</returns>
    public TimeSpan Failed() => Usual[Math.Min(_failures++, Usual.Length - 1)];

    /// <summary>A connection ended.</summary>
    /// <returns>The wait before the next dial.</returns>
    public TimeSpan Closed(TimeSpan lifetime)
    {
        if (lifetime >= AtOnce)
        {
            _closedAtOnce = 0;
            _failures = 0;
            return Quick[0];
        }

        var attempt = _closedAtOnce++;
        if (attempt < Quick.Length)
        {
            return Quick[attempt];
        }

        return Usual[Math.Min(attempt - Quick.Length + 3, Usual.Length - 1)];
    }
}
