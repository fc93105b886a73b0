using P2Panda.Core.Keys;

namespace P2Panda.Documents.States;

/// <summary>What a gateway knows of an author.</summary>
/// <param name="Author">Who.</param>
/// <param name="HeardAt">When the author's newest entry came in here: what the author has written since then is not known.</param>
public sealed record AuthorState(PublicKey Author, DateTimeOffset HeardAt);
