using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Indexing;

/// <summary>What became of a batch.</summary>
/// <param name="IsTaken">False when the tables stand elsewhere in the feed than was thought, and nothing was written.</param>
/// <param name="State">Where the tables stand.</param>
/// <param name="Schemas">The schemas known now.</param>
/// <param name="HasPending">Whether documents wait to be looked at.</param>
internal sealed record IndexingResult(bool IsTaken, FeedState State, SchemaSet Schemas, bool HasPending);
