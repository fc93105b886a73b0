namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>An input object (section 3.10). In arguments it is a dictionary of the fields that were given or have defaults.</summary>
internal sealed class InputObjectType(string name, string? description) : NamedType(name, description)
{
    private readonly Dictionary<string, InputValue> _fields = [];

    /// <summary>Its fields in the order in which they were added.</summary>
    public IReadOnlyCollection<InputValue> Fields => _fields.Values;

    /// <summary>Adds a field. Types that name each other are made first and get their fields then.</summary>
    /// <exception cref="ArgumentException">There is a field of this name.</exception>
    public InputObjectType Add(InputValue field)
    {
        _fields.Add(field.Name, field);
        return this;
    }

    /// <summary>The field of a name, or none.</summary>
    public InputValue? Find(string name) => _fields.GetValueOrDefault(name);
}
