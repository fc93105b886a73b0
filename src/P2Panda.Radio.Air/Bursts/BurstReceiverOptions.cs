using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Reassembly;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>What a <see cref="BurstReceiver"/> works with.</summary>
public sealed record BurstReceiverOptions
{
    /// <summary>The network whose bursts are believed.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>Whose seals are believed.</summary>
    public required TrustedKeys Keys { get; init; }

    /// <summary>The counters believed so far.</summary>
    public required ReplayMarks Replay { get; init; }

    /// <summary>The stored logs.</summary>
    public required ILogView Logs { get; init; }

    /// <summary>The operation shapes we know; shared with the writer.</summary>
    public required AirDictionary Shapes { get; init; }

    /// <summary>Bounds of reassembly.</summary>
    public AssemblyBounds Bounds { get; init; } = new();

    /// <summary>Whether frames without a signature are refused.</summary>
    public bool RequireStrict { get; init; }

    /// <summary>Whether entries must come under a gateway's seal.</summary>
    public bool RequireAttribution { get; init; }
}
