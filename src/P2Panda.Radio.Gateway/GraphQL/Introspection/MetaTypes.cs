using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.GraphQL.Introspection;

/// <summary>The types with which a schema describes itself (section 4.2), and the fields that lead to them (4.1).</summary>
internal static class MetaTypes
{
    private static readonly EnumType TypeKind = new("__TypeKind", "Kinds of types.", Values(
        "SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL"));

    private static readonly EnumType DirectiveLocation = new("__DirectiveLocation", "Places where directives may stand.", Values(
        "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION",
        "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE",
        "INPUT_OBJECT", "INPUT_FIELD_DEFINITION"));

    private static readonly InputValue IncludeDeprecated = new("includeDeprecated", Scalars.Boolean, "Deprecated ones too; here are none.", "false");

    /// <summary><c>__Schema</c>.</summary>
    public static ObjectType Schema { get; } = new("__Schema", "What can be asked of this service.");

    private static readonly ObjectType Type = new("__Type", "A type.");

    private static readonly ObjectType FieldType = new("__Field", "A field of an object type.");

    private static readonly ObjectType InputValueType = new("__InputValue", "An argument, or a field of an input object.");

    private static readonly ObjectType EnumValueType = new("__EnumValue", "A value of an enumeration.");

    private static readonly ObjectType Directive = new("__Directive", "A directive.");

    /// <summary><c>__typename</c>, which every object has.</summary>
    public static Field TypeName { get; } = new(
        "__typename", Scalars.String.NonNull, context => Found(context.Field.Owner.Name), "The name of the object's type.");

    private static readonly Field SchemaField = new(
        "__schema", Schema.NonNull, context => ValueTask.FromResult<object?>(context.Schema), "Describes what can be asked.");

    private static readonly Field TypeField = new(
        "__type",
        Type,
        context => ValueTask.FromResult<object?>(context.Schema.Find(context.Argument<string>("name")!)),
        "Describes a type.",
        new InputValue("name", Scalars.String.NonNull, "Its name."));

    static MetaTypes()
    {
        var text = Scalars.String;
        var name = text.NonNull;
        var no = Scalars.Boolean.NonNull;
        Schema
            .Add(Field.Of<Schema>("description", text, _ => null))
            .Add(Field.Of<Schema>("types", Type.NonNull.List.NonNull, schema => schema.Types))
            .Add(Field.Of<Schema>("queryType", Type.NonNull, schema => schema.Query))
            .Add(Field.Of<Schema>("mutationType", Type, schema => schema.Mutation))
            .Add(Field.Of<Schema>("subscriptionType", Type, _ => null))
            .Add(Field.Of<Schema>("directives", Directive.NonNull.List.NonNull, _ => DirectiveType.All));
        Type
            .Add(Field.Of<GraphQLType>("kind", TypeKind.NonNull, KindOf))
            .Add(Field.Of<GraphQLType>("name", text, type => (type as NamedType)?.Name))
            .Add(Field.Of<GraphQLType>("description", text, type => (type as NamedType)?.Description))
            .Add(Field.Of<GraphQLType>("specifiedByURL", text, _ => null))
            .Add(new Field("fields", FieldType.NonNull.List, context => Found((context.Parent as ObjectType)?.Fields), null, IncludeDeprecated))
            .Add(Field.Of<GraphQLType>("interfaces", Type.NonNull.List, type => type is ObjectType ? Array.Empty<object>() : null))
            .Add(Field.Of<GraphQLType>("possibleTypes", Type.NonNull.List, _ => null))
            .Add(new Field("enumValues", EnumValueType.NonNull.List, context => Found((context.Parent as EnumType)?.Values), null, IncludeDeprecated))
            .Add(new Field("inputFields", InputValueType.NonNull.List, context => Found((context.Parent as InputObjectType)?.Fields), null, IncludeDeprecated))
            .Add(Field.Of<GraphQLType>("ofType", Type, type => type switch
            {
                ListType list => list.Of,
                NonNullType nonNull => nonNull.Of,
                _ => null,
            }));
        FieldType
            .Add(Field.Of<Field>("name", name, field => field.Name))
            .Add(Field.Of<Field>("description", text, field => field.Description))
            .Add(new Field("args", InputValueType.NonNull.List.NonNull, context => Found(((Field)context.Parent!).Arguments), null, IncludeDeprecated))
            .Add(Field.Of<Field>("type", Type.NonNull, field => field.Type))
            .Add(Field.Of<Field>("isDeprecated", no, _ => false))
            .Add(Field.Of<Field>("deprecationReason", text, _ => null));
        InputValueType
            .Add(Field.Of<InputValue>("name", name, value => value.Name))
            .Add(Field.Of<InputValue>("description", text, value => value.Description))
            .Add(Field.Of<InputValue>("type", Type.NonNull, value => value.Type))
            .Add(Field.Of<InputValue>("defaultValue", text, value => value.DefaultText))
            .Add(Field.Of<InputValue>("isDeprecated", no, _ => false))
            .Add(Field.Of<InputValue>("deprecationReason", text, _ => null));
        EnumValueType
            .Add(Field.Of<EnumValue>("name", name, value => value.Name))
            .Add(Field.Of<EnumValue>("description", text, value => value.Description))
            .Add(Field.Of<EnumValue>("isDeprecated", no, _ => false))
            .Add(Field.Of<EnumValue>("deprecationReason", text, _ => null));
        Directive
            .Add(Field.Of<DirectiveType>("name", name, directive => directive.Name))
            .Add(Field.Of<DirectiveType>("description", text, directive => directive.Description))
            .Add(Field.Of<DirectiveType>("locations", DirectiveLocation.NonNull.List.NonNull, _ => DirectiveType.Locations))
            .Add(new Field("args", InputValueType.NonNull.List.NonNull, context => Found(new[] { ((DirectiveType)context.Parent!).Argument }), null, IncludeDeprecated))
            .Add(Field.Of<DirectiveType>("isRepeatable", no, _ => false));
    }

    /// <summary><c>__schema</c> or <c>__type</c>, which only the root of queries has.</summary>
    public static Field? FindRootField(string name) => name == SchemaField.Name ? SchemaField : name == TypeField.Name ? TypeField : null;

    private static ValueTask<object?> Found(object? value) => ValueTask.FromResult(value);

    private static string KindOf(GraphQLType type) => type switch
    {
        ScalarType => "SCALAR",
        ObjectType => "OBJECT",
        EnumType => "ENUM",
        InputObjectType => "INPUT_OBJECT",
        ListType => "LIST",
        _ => "NON_NULL",
    };

    private static IEnumerable<EnumValue> Values(params IEnumerable<string> names) => names.Select(name => new EnumValue(name));
}
