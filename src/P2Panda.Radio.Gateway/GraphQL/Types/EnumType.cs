namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>An enumeration (section 3.9). In arguments and results its values are their names.</summary>
internal sealed class EnumType : NamedType
{
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="values">Its values, in the order in which they are shown.</param>
    /// <exception cref="ArgumentException">There are none, or a name is none or given twice.</exception>
    public EnumType(string name, string? description, IEnumerable<EnumValue> values)
        : base(name, description)
    {
        Values = [.. values];
        if (Values.Count == 0 || Values.DistinctBy(value => Names.Check(value.Name)).Count() != Values.Count)
        {
            throw new ArgumentException($"'{name}' has no values, or some twice.", nameof(values));
        }
    }

    /// <summary>The values.</summary>
    public IReadOnlyList<EnumValue> Values { get; }

    /// <summary>Whether there is a value of this name.</summary>
    public bool Has(string name) => Values.Any(value => value.Name == name);
}
