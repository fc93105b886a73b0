using P2Panda.Core.Logs;

namespace P2Panda.Bridge.Links;

/// <summary>
/// What was sent to a peer and did not arrive in its store: a peer that refuses an entry (aquadoggo does so with what follows a delete)
/// would otherwise be sent it in every session, and what stands behind it would never come through. Safe to use from any thread.
/// </summary>
internal sealed class SendMemory(TimeProvider time)
{
    private const int MaxLogs = 65_536;

    /// <summary>Times an entry is sent before it rests.</summary>
    private const int MaxTries = 3;

    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(6);

    private readonly Lock _gate = new();
    private readonly Dictionary<LogKey, Attempt> _attempts = [];

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Whether a log is worth sending to a peer that has it up to a height.</summary>
    public bool IsWorthwhile(LogKey log, ulong height)
    {
        lock (_gate)
        {
            if (!_attempts.TryGetValue(log, out var attempt))
            {
                return true;
            }

            if (attempt.Height == height)
            {
                return attempt.RestsUntil <= Now;
            }

            _attempts.Remove(log);
            return true;
        }
    }

    /// <summary>What follows a height of a log was sent, and the peer's next Have on the same connection does not have it.</summary>
    public void Refused(LogKey log, ulong height)
    {
        lock (_gate)
        {
            if (_attempts.Count >= MaxLogs)
            {
                _attempts.Clear();
            }

            var attempt = _attempts.GetValueOrDefault(log);
            var tries = attempt?.Height == height ? attempt.Tries + 1 : 1;
            var rest = FirstRest * Math.Pow(2, Math.Min(tries - MaxTries, 10));
            _attempts[log] = new Attempt(height, tries, tries < MaxTries ? DateTimeOffset.MinValue : Now + (rest < LongestRest ? rest : LongestRest));
        }
    }

    private sealed record Attempt(ulong Height, int Tries, DateTimeOffset RestsUntil);
}
