using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Sending;

/// <summary>An operation that has a place in its document, and so may go to other nodes. Its bytes are in the log store.</summary>
/// <param name="Id">The entry that carries it.</param>
/// <param name="Log">The log it is in.</param>
/// <param name="SequenceNumber">Its position in the log.</param>
/// <param name="Document">The document.</param>
/// <param name="SchemaId">The document's schema.</param>
/// <param name="Position">Its place in the order in which the document's operations are folded, from 0.</param>
public sealed record SendableOperation(
    EntryId Id, LogKey Log, ulong SequenceNumber, EntryId Document, SchemaId SchemaId, int Position);
