using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh.Traffic;

namespace P2Panda.Radio.Mesh.Speaking;

/// <summary>A burst this node is speaking: how much of the round is left, when it goes on, and what was heard of it meanwhile.</summary>
internal sealed class BurstOnAir(OutgoingBurst burst, BurstPurpose purpose, TrafficClass trafficClass, int frames, TimeSpan dueAt)
{
    public OutgoingBurst Burst { get; } = burst;

    public BurstPurpose Purpose { get; } = purpose;

    public TrafficClass Class { get; } = trafficClass;

    /// <summary>Whose entries it carries, when it is one author's.</summary>
    public PublicKey? Author { get; init; }

    /// <summary>The entries it carries.</summary>
    public IReadOnlyList<EntryPosition> Entries { get; init; } = [];

    /// <summary>Share of its bytes that tell what is in it and who says so, 0 to 1: manifest and seal of a repair set.</summary>
    public double Wrapping { get; init; }

    /// <summary>Whose shares its frames use, one for each entry; none when they use nobody's.</summary>
    public IReadOnlyList<EntryOwner> Owners { get; init; } = [];

    /// <summary>
    /// Signal strength of whoever we have the burst from, in dBm. Frames as strong as his are taken for his own further symbols, which
    /// those who cannot hear him do not have.
    /// </summary>
    public double? SourceRssiDbm { get; init; }

    /// <summary>Frames of this round still to be sent.</summary>
    public int FramesLeft { get; set; } = frames;

    /// <summary>Frames of it sent.</summary>
    public int Spoken { get; set; }

    /// <summary>When the next frame, or the next round, is due.</summary>
    public TimeSpan DueAt { get; set; } = dueAt;

    /// <summary>Rounds completed.</summary>
    public int Rounds { get; set; }

    /// <summary>Frames of this burst heard from others since it was queued.</summary>
    public int Overheard { get; set; }

    /// <summary>Whether it has been on the air.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>Whether others have spoken enough of it that whoever hears them can rebuild it.</summary>
    public bool IsCovered => Overheard >= Burst.Key.SourceSymbols;
}
