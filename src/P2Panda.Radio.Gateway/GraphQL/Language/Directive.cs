namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>A directive at some place of a document (section 2.12).</summary>
internal sealed record Directive(string Name, IReadOnlyList<ArgumentNode> Arguments, Location Location);
