namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>An executable document (section 2.2).</summary>
internal sealed record Document(IReadOnlyList<OperationDefinition> Operations, IReadOnlyList<FragmentDefinition> Fragments);
