using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Links;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Neighbours;
using P2Panda.Radio.Mesh.Speaking;

namespace P2Panda.Radio.Mesh;

/// <content>How well neighbours are heard, and what follows for the number of frames.</content>
public sealed partial class MeshNode
{
    private readonly TalkCounts _talk = new();
    private double _measuredLoss;

    /// <summary>How neighbours are heard: loss, signal strength, frequency error. Read only while the node is at rest.</summary>
    public LinkTable Links { get; }

    /// <summary>How often each reason to refuse what was heard was met.</summary>
    public RefusalCounters Refusals => _station.Receiver.Refusals;

    /// <summary>Share of the symbols heard lately that was forged, 0 to 1.</summary>
    public double ForgedShare => _station.Receiver.ForgedShare;

    /// <summary>The loss broadcasts are planned for: measured where enough was counted, assumed otherwise.</summary>
    public double PlanningLoss => _measuredLoss;

    private void NoteLink(FrameOutcome outcome, ReceivedFrame frame, TimeSpan now)
    {
        if (_talk.SpeakerOf(outcome, _station.Key) is not { } speaker)
        {
            return;
        }

        Links.Heard(speaker.Value, frame, now);
        if (outcome.Burst is { Kind: BurstKind.Announcement } announcement &&
            AnnouncementBody.Read(announcement.Body.Span)?.FirstOrDefault(section => section.Key == AirtimeSection).Value is { Length: 1 + TalkCounts.ClaimLength } airtime &&
            _talk.Compare(speaker, airtime.AsSpan(1)) is var (sent, heard))
        {
            Links.Counted(speaker.Value, sent, heard);
            if (_talk.IsMostlyHeard(speaker) && announcement.Sender is { } sender && _neighbours.Find(sender) is { } neighbour)
            {
                Acquaint(neighbour);
            }
        }

        _talk.Heard(speaker, outcome, now);
        _measuredLoss = Links.PlanningLoss(now, _options.AssumedLoss);
    }

    /// <summary>
    /// Where neighbours repeat and repair, a loss above the one assumed is mostly made by collisions, and more frames would make more of
    /// them. Where nobody does, what was measured is planned for.
    /// </summary>
    private double LossFor(BurstPurpose purpose) => purpose switch
    {
        BurstPurpose.Push when _neighbours.Count < 2 => _measuredLoss,
        BurstPurpose.Carousel => _measuredLoss,
        _ => Math.Min(_measuredLoss, _options.AssumedLoss),
    };
}
