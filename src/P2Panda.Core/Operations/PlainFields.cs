using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Core.Operations;

/// <summary>The fields of an operation by name, in the byte order of the names.</summary>
public sealed class PlainFields : IReadOnlyCollection<KeyValuePair<string, PlainValue>>
{
    /// <summary>
    /// Most fields taken from outside. A schema definition cannot list more, so an operation with more fits no schema.
    /// </summary>
    public const int MaxCount = 1024;

    private readonly List<string> _names;
    private readonly List<PlainValue> _values;

    /// <summary>Sorts the fields.</summary>
    /// <exception cref="ArgumentException">Two fields have the same name, or a name cannot be expressed in UTF-8.</exception>
    public PlainFields(IEnumerable<KeyValuePair<string, PlainValue>> fields)
    {
        KeyValuePair<string, PlainValue>[] sorted = [.. fields.OrderBy(field => WellFormedText.Require(field.Key), Utf8Order.Instance)];
        _names = [.. sorted.Select(field => field.Key)];
        _values = [.. sorted.Select(field => field.Value)];
        for (var i = 1; i < _names.Count; i++)
        {
            if (_names[i - 1] == _names[i])
            {
                throw new ArgumentException($"The field '{_names[i]}' is there twice.", nameof(fields));
            }
        }
    }

    /// <summary>Takes fields that are sorted and unique already.</summary>
    internal PlainFields(List<string> names, List<PlainValue> values)
    {
        _names = names;
        _values = values;
    }

    /// <summary>No fields at all.</summary>
    public static PlainFields Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _names.Count;

    /// <summary>Names in byte order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The value of a field.</summary>
    public bool TryGetValue(string name, [NotNullWhen(true)] out PlainValue? value)
    {
        var index = _names.BinarySearch(name, Utf8Order.Instance);
        value = index < 0 ? null : _values[index];
        return value is not null;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, PlainValue>> GetEnumerator() =>
        _names.Zip(_values, (name, value) => KeyValuePair.Create(name, value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
