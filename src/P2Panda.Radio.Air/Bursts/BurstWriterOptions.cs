using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>What a <see cref="BurstWriter"/> works with.</summary>
public sealed record BurstWriterOptions
{
    /// <summary>The gateway's radio key.</summary>
    public required KeyPair Key { get; init; }

    /// <summary>The network the bursts belong to.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>Where burst counters come from.</summary>
    public required IBurstCounter Counter { get; init; }

    /// <summary>The stored logs.</summary>
    public required ILogView Logs { get; init; }

    /// <summary>The operation shapes we know; shared with the receiver.</summary>
    public required AirDictionary Shapes { get; init; }

    /// <summary>Where symbol ids are drawn from.</summary>
    public required Random Random { get; init; }

    /// <summary>Whether entries are sealed by the gateway too, so that every transmission is attributed.</summary>
    public bool AlwaysAttribute { get; init; }

    /// <summary>Whether every frame is signed.</summary>
    public bool Strict { get; init; }
}
