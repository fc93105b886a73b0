namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>A field of an object type.</summary>
internal sealed class Field
{
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its value.</param>
    /// <param name="resolve">Finds the value.</param>
    /// <param name="description">What it is.</param>
    /// <param name="arguments">What may be said about it.</param>
    /// <exception cref="ArgumentException">The name or the type cannot be, or two arguments have the same name.</exception>
    public Field(string name, GraphQLType type, FieldResolver resolve, string? description = null, params IEnumerable<InputValue> arguments)
    {
        Name = Names.Check(name);
        Type = type.IsOutput ? type : throw new ArgumentException($"'{type}' is no type of output.", nameof(type));
        Resolve = resolve;
        Description = description;
        Arguments = [.. arguments];
        if (Arguments.DistinctBy(argument => argument.Name).Count() != Arguments.Count)
        {
            throw new ArgumentException($"'{name}' has two arguments of the same name.", nameof(arguments));
        }
    }

    public string Name { get; }

    public GraphQLType Type { get; }

    public FieldResolver Resolve { get; }

    public string? Description { get; }

    public IReadOnlyList<InputValue> Arguments { get; }

    /// <summary>A field whose value is a part of its object, at hand.</summary>
    public static Field Of<T>(string name, GraphQLType type, Func<T, object?> value, string? description = null) =>
        new(name, type, context => ValueTask.FromResult(value((T)context.Parent!)), description);
}
