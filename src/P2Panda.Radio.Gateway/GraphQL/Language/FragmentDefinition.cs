namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>A named fragment (section 2.8).</summary>
internal sealed record FragmentDefinition(
    string Name, string TypeCondition, IReadOnlyList<Directive> Directives, IReadOnlyList<Selection> Selections, Location Location);
