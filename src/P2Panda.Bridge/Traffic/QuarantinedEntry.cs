using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Traffic;

/// <summary>An entry that the policy did not let cross.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Log">Its log.</param>
/// <param name="SequenceNumber">Its position there.</param>
/// <param name="Schema">Its schema, when it can be read.</param>
/// <param name="Bytes">Length with its operation.</param>
/// <param name="Direction">Where it was going.</param>
/// <param name="Reason">Why not.</param>
/// <param name="At">When it was refused first.</param>
public sealed record QuarantinedEntry(
    EntryId Id, LogKey Log, ulong SequenceNumber, SchemaId? Schema, int Bytes, TrafficDirection Direction, TrafficRefusal Reason, DateTimeOffset At)
{
    /// <summary>Whether an operator let it cross in spite of the rules.</summary>
    public bool IsReleased { get; init; }

    /// <summary>The entry and its operation, of one that was refused on its way into the store; none when they are too long to be kept.</summary>
    public (ReadOnlyMemory<byte> Entry, ReadOnlyMemory<byte> Operation)? Content { get; init; }
}
