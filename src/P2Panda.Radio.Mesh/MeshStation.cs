using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Mesh;

/// <summary>What a mesh node works with.</summary>
public sealed record MeshStation
{
    /// <summary>Our radio key's public half.</summary>
    public required PublicKey Key { get; init; }

    /// <summary>How frames are modulated: delays are counted in frames.</summary>
    public required LoraModulation Modulation { get; init; }

    /// <summary>Makes our bursts.</summary>
    public required BurstWriter Writer { get; init; }

    /// <summary>Understands others'.</summary>
    public required BurstReceiver Receiver { get; init; }

    /// <summary>The stored logs.</summary>
    public required ILogView Logs { get; init; }

    /// <summary>Reads stored entries.</summary>
    public required EntryReader Read { get; init; }

    /// <summary>
    /// What a stored entry is on the air; none keeps it, and what follows it in its log, off the air. Called whenever an entry is about to be
    /// sent for the first time or in answer to a want, so that the answer may change with the operator's policy.
    /// </summary>
    public Func<VerifiedEntry, TrafficClass?> Classify { get; init; } = _ => TrafficClass.Normal;

    /// <summary>The entries that came last before this start, in the order of their coming.</summary>
    public IReadOnlyList<EntryPosition> Recent { get; init; } = [];

    /// <summary>Keys of gateways met before this start. They know our key: there is no hurry to tell it.</summary>
    public IReadOnlySet<PublicKey> MetBefore { get; init; } = new HashSet<PublicKey>();

    /// <summary>The operation shapes shared by writer and receiver; some of them are announced with our key.</summary>
    public required AirDictionary Shapes { get; init; }

    /// <summary>Longest time on air of one frame, where there is a limit.</summary>
    public TimeSpan? MaxDwell { get; init; }

    /// <summary>Largest number of source symbols of a burst.</summary>
    public int MaxSourceSymbols { get; init; } = 16;
}
