namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>Lists of values of a type (section 3.11).</summary>
internal sealed class ListType(GraphQLType of) : GraphQLType
{
    /// <summary>The type of the items.</summary>
    public GraphQLType Of { get; } = of;

    /// <inheritdoc/>
    public override NamedType Named => Of.Named;

    /// <inheritdoc/>
    public override string ToString() => $"[{Of}]";
}
