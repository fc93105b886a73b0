using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Links;

/// <summary>
/// What is known of the links from neighbours, learned from what is heard. Only frames whose sender a signature has proved belong here.
/// Signal strength gives a first guess at the loss; counts of what a neighbour sent and what of it arrived replace it.
/// </summary>
public sealed class LinkTable
{
    /// <summary>Neighbours kept. A newcomer pushes out who was heard longest ago, strangers before acquaintances.</summary>
    public const int MaxNeighbours = 64;

    /// <summary>Frames that make a stranger an acquaintance.</summary>
    public const int AcquaintanceFrames = 8;

    /// <summary>Counted frames after which a link is believed to be better than assumed.</summary>
    public const int FramesToBelieve = 16;

    /// <summary>Neighbours silent for longer than this are not planned for.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromHours(2);

    private readonly double _requiredSnrDb;
    private readonly Dictionary<ulong, Link> _links = [];

    /// <summary>An empty table.</summary>
    /// <param name="spreadingFactor">Spreading factor of the channel.</param>
    public LinkTable(int spreadingFactor)
    {
        _requiredSnrDb = LoraSensitivity.RequiredSnrDb(spreadingFactor);
    }

    /// <summary>Neighbours known.</summary>
    public int Count => _links.Count;

    /// <summary>A frame came from a neighbour.</summary>
    /// <param name="neighbour">The value of its key id.</param>
    /// <param name="frame">How it was heard.</param>
    /// <param name="now">Monotonic time.</param>
    public void Heard(ulong neighbour, ReceivedFrame frame, TimeSpan now)
    {
        if (!_links.TryGetValue(neighbour, out var link))
        {
            if (_links.Count == MaxNeighbours)
            {
                _links.Remove(_links.Values.MinBy(item => (item.FramesHeard >= AcquaintanceFrames, item.LastHeard))!.Neighbour);
            }

            link = new Link(neighbour, _requiredSnrDb);
            _links.Add(neighbour, link);
        }

        link.Heard(frame, now);
    }

    /// <summary>It has become known how many frames a neighbour sent and how many of them were heard. Unknown neighbours are ignored.</summary>
    /// <param name="neighbour">The value of its key id.</param>
    /// <param name="sent">Frames sent; what a neighbour claims is capped, so that one claim cannot outweigh all that was counted.</param>
    /// <param name="heard">Frames of those that were heard.</param>
    public void Counted(ulong neighbour, int sent, int heard)
    {
        const int MostAtOnce = 100;
        ArgumentOutOfRangeException.ThrowIfNegative(heard);
        if (sent <= 0 || !_links.TryGetValue(neighbour, out var link))
        {
            return;
        }

        var lost = Math.Max(0, sent - heard);
        if (sent > MostAtOnce)
        {
            lost = (int)((long)lost * MostAtOnce / sent);
            sent = MostAtOnce;
        }

        link.Count(sent, lost);
    }

    /// <summary>One neighbour, or none when it is not known.</summary>
    public LinkEstimate? Find(ulong neighbour) => _links.TryGetValue(neighbour, out var link) ? link.Estimate() : null;

    /// <summary>All neighbours, the latest heard first.</summary>
    public IReadOnlyList<LinkEstimate> All() => [.. _links.Values.Select(link => link.Estimate()).OrderByDescending(link => link.LastHeard)];

    /// <summary>
    /// The loss to plan a broadcast for: links are taken to be as bad in one direction as in the other, and three of four neighbours must be
    /// served by the first round.
    /// </summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="fallback">
    /// The answer when no neighbour has been heard lately, and the least for a link over which too little was counted: signal strength
    /// shows that a link is bad, not that it is good.
    /// </param>
    public double PlanningLoss(TimeSpan now, double fallback)
    {
        const double Least = 0.02;
        const double Most = 0.6;
        var bounds = _links.Values.Where(link => now - link.LastHeard <= Silence)
            .Select(link => link.FramesCounted < FramesToBelieve ? Math.Max(link.Estimate().LossBound, fallback) : link.Estimate().LossBound)
            .Order().ToList();
        return bounds.Count == 0 ? fallback : Math.Clamp(bounds[bounds.Count * 3 / 4], Least, Most);
    }
}
