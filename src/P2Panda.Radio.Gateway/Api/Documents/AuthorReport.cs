using P2Panda.Documents.States;

namespace P2Panda.Radio.Gateway.Api.Documents;

/// <summary>How old the knowledge of an author is.</summary>
/// <param name="PublicKey">The author.</param>
/// <param name="HeardAt">When the author's newest entry came in here; what was written since is not known.</param>
internal sealed record AuthorReport(string PublicKey, DateTimeOffset HeardAt)
{
    public static AuthorReport Of(AuthorState state) => new(state.Author.ToString(), state.HeardAt);
}
