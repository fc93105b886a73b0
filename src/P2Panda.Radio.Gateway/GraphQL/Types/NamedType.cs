namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>A type with a name, which only one type of a schema may have.</summary>
internal abstract class NamedType : GraphQLType
{
    /// <exception cref="ArgumentException">A name has letters, digits and underscores and does not begin with a digit.</exception>
    protected NamedType(string name, string? description)
    {
        Name = Names.Check(name);
        Description = description;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What it is for.</summary>
    public string? Description { get; }

    /// <inheritdoc/>
    public override NamedType Named => this;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
