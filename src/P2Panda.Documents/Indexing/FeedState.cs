namespace P2Panda.Documents.Indexing;

/// <summary>How far the tables have come, as the row in the database says.</summary>
/// <param name="ReadTo">The last change of the log store that is taken in.</param>
/// <param name="LastView">Highest number given to a view.</param>
/// <param name="LastChange">Number of the newest change of a document.</param>
/// <param name="LastSchema">Highest number given to a schema.</param>
/// <param name="SchemasRevision">Counts changes of the set of schemas.</param>
/// <param name="Refused">Entries whose payload is no operation.</param>
internal sealed record FeedState(long ReadTo, long LastView, long LastChange, long LastSchema, long SchemasRevision, long Refused);
