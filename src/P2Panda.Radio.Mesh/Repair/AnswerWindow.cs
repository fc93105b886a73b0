using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>
/// How much of what a neighbour asks for is answered at a time. Who takes up what was said for it may have more at once; who asks for the
/// same again has less, after pauses that grow as an honest asker's do (see <c>PROTOCOL.md</c>, "Who asks"), so that repeating a want brings
/// no more than one frame now and then. What others were heard saying counts like our own.
/// </summary>
/// <param name="frame">Time on air of a typical frame.</param>
internal sealed class AnswerWindow(TimeSpan frame)
{
    /// <summary>Entries answered to a newcomer at first.</summary>
    public const int First = 2;

    /// <summary>Entries answered at a time to an acquaintance, and to who has taken up enough.</summary>
    public const int Most = RepairDesk.MaxPerNeighbour;

    /// <summary>Who is answered so many at a time has taken up enough to be an acquaintance.</summary>
    public const int Enough = 64;

    /// <summary>Entries remembered as said; more than are answered at a time need not be.</summary>
    public const int MaxSaid = 256;

    /// <summary>Frames' time from an answer to the first repetition of it, a little less than an honest asker waits at least.</summary>
    public const int FirstPauseFrames = 16;

    /// <summary>Longest pause of a newcomer.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(20);

    /// <summary>Longest pause of an acquaintance.</summary>
    public static readonly TimeSpan LongestOfAcquaintance = TimeSpan.FromMinutes(5);

    /// <summary>Times as many entries are answered after some were taken up.</summary>
    private const int Growth = 8;

    /// <summary>Times fewer entries, after a pause as many times longer, are answered after some were not.</summary>
    private const int Decline = 4;

    private readonly HashSet<EntryPosition> _said = [];
    private HashSet<EntryPosition> _wanted = [];
    private TimeSpan _saidAt;
    private int _vain;

    /// <summary>Whether the neighbour is known for longer than it takes to ask.</summary>
    public bool IsAcquaintance { get; private set; }

    /// <summary>Entries that are answered at a time now.</summary>
    public int Size { get; private set; } = First;

    /// <summary>The neighbour is known for longer than it takes to ask.</summary>
    public void Acquaint()
    {
        if (!IsAcquaintance)
        {
            IsAcquaintance = true;
            Size = Most;
        }
    }

    /// <summary>The neighbour asks, and shows by it whether it has taken up what was said for it since it asked last.</summary>
    public void Ask(IReadOnlyCollection<EntryPosition> wanted)
    {
        if (_said.Count > 0)
        {
            var received = wanted.Count(_said.Contains) * 2 <= _said.Count;
            _vain = received ? 0 : Math.Min(_vain + 1, 16);
            Size = received ? Math.Min(Size * Growth, Most) : Math.Max(1, Size / Decline);
            _said.Clear();
        }

        _wanted = [.. wanted.Take(MaxSaid)];
    }

    /// <summary>The neighbour has heard part of what was said.</summary>
    public void Receive()
    {
        _vain = 0;
        _said.Clear();
    }

    /// <summary>When something may be said for the neighbour.</summary>
    public TimeSpan AllowedAt
    {
        get
        {
            if (_vain == 0)
            {
                return TimeSpan.Zero;
            }

            var longest = IsAcquaintance ? LongestOfAcquaintance : LongestPause;
            var pause = frame * (FirstPauseFrames * Math.Pow(IsAcquaintance ? 2 : Decline, _vain - 1));
            return _saidAt + (pause < longest ? pause : longest);
        }
    }

    /// <summary>An entry was said, by whomever. It counts when the neighbour asked for it.</summary>
    public void Say(EntryPosition position, TimeSpan now)
    {
        if (_wanted.Contains(position))
        {
            _said.Add(position);
            _saidAt = now;
        }
    }
}
