using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>An argument, or a field of an input object.</summary>
internal sealed class InputValue
{
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its values.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="defaultValue">Its value where none is given, written in GraphQL.</param>
    /// <exception cref="ArgumentException">The name or the type cannot be.</exception>
    /// <exception cref="FormatException">The default cannot be.</exception>
    public InputValue(string name, GraphQLType type, string? description = null, string? defaultValue = null)
    {
        Name = Names.Check(name);
        Type = type.IsInput ? type : throw new ArgumentException($"'{type}' is no type of input.", nameof(type));
        Description = description;
        DefaultText = defaultValue;
        Default = defaultValue is null ? null : Parser.ParseConstant(defaultValue);
    }

    public string Name { get; }

    public GraphQLType Type { get; }

    public string? Description { get; }

    /// <summary>The default as it is shown.</summary>
    public string? DefaultText { get; }

    /// <summary>The default, if there is one.</summary>
    public InputNode? Default { get; }

    /// <summary>Whether it must be given.</summary>
    public bool IsRequired => Type is NonNullType && Default is null;
}
