namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>A type (section 3.4). <see cref="object.ToString"/> writes it as GraphQL does, for example <c>[Int!]!</c>.</summary>
internal abstract class GraphQLType
{
    /// <summary>The type without lists and non-nulls around it.</summary>
    public abstract NamedType Named { get; }

    /// <summary>Whether values of it can be arguments.</summary>
    public bool IsInput => Named is ScalarType or EnumType or InputObjectType;

    /// <summary>Whether fields can have values of it.</summary>
    public bool IsOutput => Named is ScalarType or EnumType or ObjectType;

    /// <summary>The same type without null.</summary>
    public NonNullType NonNull => this as NonNullType ?? new NonNullType(this);

    /// <summary>A list of values of this type.</summary>
    public ListType List => new(this);
}
