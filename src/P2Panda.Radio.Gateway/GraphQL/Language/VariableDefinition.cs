namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>A variable that an operation declares (section 2.10).</summary>
internal sealed record VariableDefinition(
    string Name, TypeReference Type, InputNode? Default, IReadOnlyList<Directive> Directives, Location Location);
