using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Publishing;

/// <summary>Where an operation belongs.</summary>
/// <param name="Document">The document.</param>
/// <param name="SchemaId">The schema the operation names.</param>
public sealed record OperationPlace(EntryId Document, SchemaId SchemaId);
