namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>An object type (section 3.6).</summary>
internal sealed class ObjectType(string name, string? description) : NamedType(name, description)
{
    private readonly Dictionary<string, Field> _fields = [];

    /// <summary>Its fields in the order in which they were added.</summary>
    public IReadOnlyCollection<Field> Fields => _fields.Values;

    /// <summary>Adds a field. Types that name each other are made first and get their fields then, all before a schema is made of them.</summary>
    /// <exception cref="ArgumentException">There is a field of this name.</exception>
    public ObjectType Add(Field field)
    {
        _fields.Add(field.Name, field);
        return this;
    }

    /// <summary>The field of a name, or none.</summary>
    public Field? Find(string name) => _fields.GetValueOrDefault(name);
}
