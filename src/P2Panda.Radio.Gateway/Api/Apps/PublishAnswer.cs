using P2Panda.Documents.Publishing;

namespace P2Panda.Radio.Gateway.Api.Apps;

/// <summary>What an author writes next, or why nothing.</summary>
internal sealed record PublishAnswer(NextArguments? Arguments, string? Problem = null);
