using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>
/// Who has asked for what, and when it was said since, by whomever. Who asks for the same again has lost the answer, or pretends to: it is
/// said again after a pause that grows. What was not said yet can be asked for at any time.
/// </summary>
internal sealed class RepeatedRequests
{
    /// <summary>Requests remembered; beyond that those of the neighbour with most of them are forgotten.</summary>
    public const int MaxRequests = 8192;

    /// <summary>Pause before an entry is said again for the first time; it doubles.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    /// <summary>The same for a key of which nothing but requests is known.</summary>
    public static readonly TimeSpan UnprovenPause = TimeSpan.FromMinutes(15);

    /// <summary>Longest pause.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(2);

    private readonly Dictionary<PublicKey, Dictionary<EntryPosition, Request>> _requests = [];
    private int _count;

    /// <summary>Requests remembered.</summary>
    public int Count => _count;

    /// <summary>Somebody asks for an entry.</summary>
    /// <param name="neighbour">Who asks.</param>
    /// <param name="isProven">Whether it is known to hold anything.</param>
    /// <param name="entry">What it asks for.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Whether it is to be answered; not when it was said for this neighbour less than a pause ago.</returns>
    public bool Allows(PublicKey neighbour, bool isProven, EntryPosition entry, TimeSpan now)
    {
        if (!_requests.TryGetValue(neighbour, out var requests))
        {
            _requests[neighbour] = requests = [];
        }

        if (requests.TryGetValue(entry, out var request))
        {
            if (request.SaidAt is not { } said)
            {
                return true;
            }

            if (now - said < PauseAfter(request.Answers, isProven))
            {
                return false;
            }

            requests[entry] = request with { SaidAt = null };
            return true;
        }

        requests.Add(entry, new Request(0, null));
        if (++_count > MaxRequests)
        {
            var (most, forgotten) = _requests.MaxBy(known => known.Value.Count);
            _count -= forgotten.Count;
            _requests.Remove(most);
        }

        return true;
    }

    /// <summary>An entry was said, by us or by others: whoever asked for it has it, or asks again.</summary>
    public void NoteSaid(EntryPosition entry, TimeSpan now)
    {
        foreach (var requests in _requests.Values)
        {
            if (requests.TryGetValue(entry, out var request))
            {
                requests[entry] = new Request(request.SaidAt is null ? request.Answers + 1 : request.Answers, now);
            }
        }
    }

    private static TimeSpan PauseAfter(int answers, bool isProven)
    {
        var pause = (isProven ? FirstPause : UnprovenPause) * (1 << Math.Min(answers - 1, 16));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>A request.</summary>
    /// <param name="Answers">How often the entry was said after the neighbour had asked for it.</param>
    /// <param name="SaidAt">When it was said last, or none when it was not since it was asked for.</param>
    private readonly record struct Request(int Answers, TimeSpan? SaidAt);
}
