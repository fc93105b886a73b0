namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>An operation (section 2.3).</summary>
/// <param name="Kind">Query, mutation or subscription.</param>
/// <param name="Name">Its name, if it has one.</param>
/// <param name="Variables">The variables it declares.</param>
/// <param name="Directives">Its directives.</param>
/// <param name="Selections">What it asks for.</param>
/// <param name="Location">Where it begins.</param>
internal sealed record OperationDefinition(
    OperationKind Kind,
    string? Name,
    IReadOnlyList<VariableDefinition> Variables,
    IReadOnlyList<Directive> Directives,
    IReadOnlyList<Selection> Selections,
    Location Location);
