using P2Panda.Radio.Gateway.GraphQL.Introspection;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>
/// Everything that can be asked (section 3.3). Made whole and never changed: where the questions change at run time, requests that come later
/// are given another schema. Types may be shared between schemas.
/// </summary>
internal sealed class Schema
{
    private readonly Dictionary<string, NamedType> _types = new(StringComparer.Ordinal);

    /// <summary>Makes a schema of all types that the roots lead to.</summary>
    /// <param name="query">The root of queries.</param>
    /// <param name="mutation">The root of mutations, if there are any.</param>
    /// <exception cref="ArgumentException">Two types have the same name, or one has no fields, or a default is not of its type.</exception>
    public Schema(ObjectType query, ObjectType? mutation = null)
    {
        Query = query;
        Mutation = mutation;
        foreach (var type in new NamedType?[] { Scalars.Boolean, Scalars.Float, Scalars.Id, Scalars.Int, Scalars.String, MetaTypes.Schema, query, mutation })
        {
            Add(type);
        }

        Types = [.. _types.Values.OrderBy(type => type.Name, StringComparer.Ordinal)];
    }

    public ObjectType Query { get; }

    public ObjectType? Mutation { get; }

    /// <summary>All types in the order of their names.</summary>
    public IReadOnlyList<NamedType> Types { get; }

    /// <summary>The type of a name, or none.</summary>
    public NamedType? Find(string name) => _types.GetValueOrDefault(name);

    private void Add(NamedType? root)
    {
        // A stack of its own: types that lead to each other may be many.
        var waiting = new Stack<NamedType>();
        if (root is not null)
        {
            waiting.Push(root);
        }

        while (waiting.TryPop(out var type))
        {
            if (!_types.TryAdd(type.Name, type))
            {
                if (_types[type.Name] != type)
                {
                    throw new ArgumentException($"There are two types '{type.Name}'.");
                }

                continue;
            }

            foreach (var used in TypesUsedBy(type))
            {
                waiting.Push(used);
            }
        }
    }

    private static IEnumerable<NamedType> TypesUsedBy(NamedType type)
    {
        var values = type switch
        {
            ObjectType { Fields.Count: 0 } or InputObjectType { Fields.Count: 0 } => throw new ArgumentException($"'{type}' has no fields."),
            ObjectType owner => owner.Fields.SelectMany(field => field.Arguments),
            InputObjectType owner => owner.Fields,
            _ => [],
        };
        foreach (var value in values)
        {
            if (value.Default is not null && !InputCoercion.IsOfType(value.Type, value.Default))
            {
                throw new ArgumentException($"The default of '{value.Name}' is no {value.Type}.");
            }

            yield return value.Type.Named;
        }

        foreach (var field in (type as ObjectType)?.Fields ?? [])
        {
            yield return field.Type.Named;
        }
    }
}
