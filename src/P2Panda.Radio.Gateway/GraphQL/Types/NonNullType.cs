namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>A type without null (section 3.12).</summary>
internal sealed class NonNullType(GraphQLType of) : GraphQLType
{
    /// <summary>The type with null.</summary>
    public GraphQLType Of { get; } = of;

    /// <inheritdoc/>
    public override NamedType Named => Of.Named;

    /// <inheritdoc/>
    public override string ToString() => $"{Of}!";
}
