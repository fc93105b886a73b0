namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>An argument or a field of an input object, as given.</summary>
internal sealed record ArgumentNode(string Name, InputNode Value, Location Location);
