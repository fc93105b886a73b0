namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>A place in a document.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">In UTF-16 code units, from 1.</param>
internal readonly record struct Location(int Line, int Column);
