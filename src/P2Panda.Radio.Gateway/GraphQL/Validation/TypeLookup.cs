using P2Panda.Radio.Gateway.GraphQL.Language;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.GraphQL.Validation;

/// <summary>Finds in a schema what documents name.</summary>
internal static class TypeLookup
{
    /// <summary>The type that a variable's declaration names, or none.</summary>
    public static GraphQLType? Find(this Schema schema, TypeReference reference) => reference switch
    {
        TypeReference.NonNull nonNull => schema.Find(nonNull.Of)?.NonNull,
        TypeReference.List list => schema.Find(list.Of)?.List,
        TypeReference.Named named => schema.Find(named.Name),
        _ => null,
    };

    /// <summary>The root that operations of a kind begin at, or none.</summary>
    public static ObjectType? RootOf(this Schema schema, OperationKind kind) => kind switch
    {
        OperationKind.Query => schema.Query,
        OperationKind.Mutation => schema.Mutation,
        _ => null,
    };

    /// <summary>A field of a type, those included that every object and the root of queries have (section 4.1), or none.</summary>
    public static Field? FindField(this Schema schema, ObjectType type, string name) =>
        type.Find(name) ?? (name == Introspection.MetaTypes.TypeName.Name ? Introspection.MetaTypes.TypeName
            : type == schema.Query ? Introspection.MetaTypes.FindRootField(name) : null);
}
