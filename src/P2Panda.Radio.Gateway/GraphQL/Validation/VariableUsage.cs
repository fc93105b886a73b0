using P2Panda.Radio.Gateway.GraphQL.Language;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.GraphQL.Validation;

/// <summary>A place where a variable stands.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Place">The type of the place.</param>
/// <param name="HasDefault">Whether the place has a default.</param>
/// <param name="Location">Where it is.</param>
internal sealed record VariableUsage(string Name, GraphQLType Place, bool HasDefault, Location Location)
{
    /// <summary>Whether a variable of a type may stand here (section 5.8.5, and text scalars for String).</summary>
    /// <param name="type">Its type.</param>
    /// <param name="isNeverNull">Whether it has a default other than null.</param>
    public bool Allows(GraphQLType type, bool isNeverNull) =>
        Place is NonNullType place && type is not NonNullType ? (isNeverNull || HasDefault) && Fits(type, place.Of) : Fits(type, Place);

    private static bool Fits(GraphQLType type, GraphQLType place) => (type, place) switch
    {
        (NonNullType inner, NonNullType outer) => Fits(inner.Of, outer.Of),
        (_, NonNullType) => false,
        (NonNullType inner, _) => Fits(inner.Of, place),
        (ListType inner, ListType outer) => Fits(inner.Of, outer.Of),
        (ScalarType { IsText: true, Name: "String" }, ScalarType { IsText: true }) => true,
        _ => type == place,
    };
}
