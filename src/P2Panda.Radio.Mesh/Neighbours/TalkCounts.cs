using System.Buffers.Binary;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Mesh.Neighbours;

/// <summary>
/// Counts frames of bursts that nobody but their sealer speaks, ours and those heard from each neighbour. A gateway tells how many it has
/// sent; the difference to what was heard is the loss of the link. Bounded; whoever was heard longest ago makes room.
/// </summary>
internal sealed class TalkCounts
{
    /// <summary>Bytes of the number of frames sent, modulo 2^16, in an announcement.</summary>
    public const int ClaimLength = 2;

    /// <summary>Neighbours counted.</summary>
    public const int MaxNeighbours = 64;

    /// <summary>Finished bursts whose further frames are recognised.</summary>
    public const int MaxBursts = 64;

    /// <summary>Frames sent, as claimed, from which on it can be told whether most of them are heard.</summary>
    public const int FramesToTell = 4;

    /// <summary>A frame of a finished burst counts so long after the one before; played again later it is not from its sender.</summary>
    public static readonly TimeSpan RoundPause = TimeSpan.FromSeconds(30);

    /// <summary>A larger step means that the neighbour began anew.</summary>
    public const int LargestStep = 1000;

    private readonly Dictionary<KeyId, Count> _neighbours = [];
    private readonly Dictionary<BurstKey, (KeyId Speaker, TimeSpan At)> _bursts = [];
    private readonly Queue<BurstKey> _order = new();
    private ushort _sent;
    private long _turn;

    /// <summary>What we tell: frames sent before the burst this is written into.</summary>
    public byte[] Claim
    {
        get
        {
            var claim = new byte[ClaimLength];
            BinaryPrimitives.WriteUInt16BigEndian(claim, _sent);
            return claim;
        }
    }

    /// <summary>A frame of ours went out.</summary>
    public void Sent(BurstKind kind)
    {
        if (IsTalk(kind))
        {
            _sent++;
        }
    }

    /// <summary>The neighbour that spoke a frame, where that is certain.</summary>
    public KeyId? SpeakerOf(FrameOutcome outcome, PublicKey self) => outcome switch
    {
        { Verdict: FrameVerdict.Completed, Burst: { Sender: { } sender } burst } when IsTalk(burst.Kind) && sender != self => KeyId.Of(sender),
        { Verdict: FrameVerdict.Redundant, Key: { } key } when _bursts.TryGetValue(key, out var burst) => burst.Speaker,
        _ => null,
    };

    /// <summary>Compares what a neighbour says it has sent with what was heard since it said so last; none the first time.</summary>
    public (int Sent, int Heard)? Compare(KeyId neighbour, ReadOnlySpan<byte> claim)
    {
        var now = BinaryPrimitives.ReadUInt16BigEndian(claim);
        var count = Of(neighbour);
        var step = (ushort)(now - count.Claimed.GetValueOrDefault());
        var known = count.Claimed is not null && step <= LargestStep;
        var heard = count.Heard;
        if (known)
        {
            count.SentInAll += step;
            count.HeardInAll += Math.Min(heard, step);
        }

        count.Claimed = now;
        count.Heard = 0;
        return known ? (step, Math.Min(heard, step)) : null;
    }

    /// <summary>Whether at least half of what a neighbour says it has sent was heard. Frames recorded elsewhere and played here are few of many.</summary>
    public bool IsMostlyHeard(KeyId neighbour) =>
        _neighbours.TryGetValue(neighbour, out var count) && count.SentInAll >= FramesToTell && count.HeardInAll * 2 >= count.SentInAll;

    /// <summary>A frame came from a neighbour; a burst that it completes brought as many as it has source symbols.</summary>
    public void Heard(KeyId neighbour, FrameOutcome outcome, TimeSpan now)
    {
        if (outcome.Key is not { } key)
        {
            return;
        }

        var count = Of(neighbour);
        if (outcome.Verdict == FrameVerdict.Completed)
        {
            count.Heard += outcome.Rank;
        }
        else if (_bursts.TryGetValue(key, out var burst) && now - burst.At < RoundPause)
        {
            count.Heard++;
            _bursts[key] = burst with { At = now };
        }

        if (outcome.Verdict == FrameVerdict.Completed && _bursts.TryAdd(key, (neighbour, now)))
        {
            _order.Enqueue(key);
            if (_order.Count > MaxBursts)
            {
                _bursts.Remove(_order.Dequeue());
            }
        }
    }

    private static bool IsTalk(BurstKind kind) => kind is BurstKind.Announcement or BurstKind.Want or BurstKind.Control or BurstKind.RepairSet;

    private Count Of(KeyId neighbour)
    {
        if (!_neighbours.TryGetValue(neighbour, out var count))
        {
            if (_neighbours.Count == MaxNeighbours)
            {
                _neighbours.Remove(_neighbours.MinBy(known => known.Value.Turn).Key);
            }

            _neighbours[neighbour] = count = new Count();
        }

        count.Turn = ++_turn;
        return count;
    }

    private sealed class Count
    {
        public ushort? Claimed { get; set; }

        public int Heard { get; set; }

        public long SentInAll { get; set; }

        public long HeardInAll { get; set; }

        public long Turn { get; set; }
    }
}
