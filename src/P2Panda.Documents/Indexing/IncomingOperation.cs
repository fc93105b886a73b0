using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Indexing;

/// <summary>An operation on its way from the logs into the tables.</summary>
/// <param name="Id">The id of the entry that carries it.</param>
/// <param name="Log">The log it is in.</param>
/// <param name="SequenceNumber">Its position in the log.</param>
/// <param name="Operation">What it says.</param>
/// <param name="ReceivedAt">When its entry was appended here.</param>
internal sealed record IncomingOperation(
    EntryId Id, LogKey Log, ulong SequenceNumber, Operation Operation, DateTimeOffset ReceivedAt = default);
