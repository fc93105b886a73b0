using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>What a record may take over from the one before it in the same burst.</summary>
/// <param name="Authors">Who may have written it: one when the record was read, several when its reference fitted several.</param>
/// <param name="LogId">The log of the record before.</param>
/// <param name="SequenceNumber">Its sequence number.</param>
/// <param name="Shape">The shape of its operation, where it was read.</param>
internal sealed record RecordSequence(IReadOnlyList<PublicKey> Authors, LogId LogId, ulong SequenceNumber, OperationShape? Shape)
{
    /// <summary>Before the first record of a burst.</summary>
    public static RecordSequence Start { get; } = new([], default, 0, null);
}
