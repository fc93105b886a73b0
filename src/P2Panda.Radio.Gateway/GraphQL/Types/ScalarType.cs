using System.Text.Json;
using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>A scalar (section 3.5).</summary>
internal sealed class ScalarType : NamedType
{
    private readonly Func<InputNode, object?> _read;
    private readonly Func<Utf8JsonWriter, object, bool> _write;

    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="read">Makes a value of an input; null where the input is none.</param>
    /// <param name="write">Writes a value; false where it is none.</param>
    public ScalarType(string name, string description, Func<InputNode, object?> read, Func<Utf8JsonWriter, object, bool> write)
        : base(name, description)
    {
        _read = read;
        _write = write;
    }

    /// <summary>
    /// Whether its values are texts, so that variables declared as String may stand where it is expected. The specification has no such
    /// rule (5.8.5); aquadoggo has, and its clients declare all their variables like that.
    /// </summary>
    public bool IsText { get; private init; }

    /// <summary>A scalar whose values are texts of some form.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="parse">Makes a value of a text; null where it has not the form.</param>
    /// <remarks>Values are written as <see cref="object.ToString"/> gives them.</remarks>
    public static ScalarType Text(string name, string description, Func<string, object?> parse) =>
        new(name, description, node => node is InputNode.String text ? parse(text.Value) : null, WriteText) { IsText = true };

    /// <summary>The value of an input other than null or a variable; null where the input is none.</summary>
    public object? Read(InputNode node) => _read(node);

    /// <summary>Writes a value. False, and nothing written, where the value is none of this scalar.</summary>
    public bool TryWrite(Utf8JsonWriter writer, object value) => _write(writer, value);

    private static bool WriteText(Utf8JsonWriter writer, object value)
    {
        writer.WriteStringValue(value as string ?? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
        return true;
    }
}
