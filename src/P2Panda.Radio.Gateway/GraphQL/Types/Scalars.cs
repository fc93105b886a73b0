using System.Globalization;
using System.Text.Json;
using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>The scalars that every schema has (section 3.5).</summary>
internal static class Scalars
{
    /// <summary>
    /// Whole numbers of 64 bits, as p2panda's are. The specification stops at 32; aquadoggo goes on, and so must we, or values that it shows
    /// would be errors here.
    /// </summary>
    public static ScalarType Int { get; } = new(
        "Int",
        "Whole numbers, here from -2^63 to 2^63 - 1.",
        node => node is InputNode.Int number && long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null,
        (writer, value) =>
        {
            if (value is not (long or int))
            {
                return false;
            }

            writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
            return true;
        });

    /// <summary>Numbers of double precision; whole numbers are some.</summary>
    public static ScalarType Float { get; } = new("Float", "Numbers of double precision (IEEE 754).", node => ReadFloat(node), WriteFloat);

    public static ScalarType String { get; } = ScalarType.Text("String", "Texts.", text => text);

    public static ScalarType Boolean { get; } = new(
        "Boolean",
        "True or false.",
        node => node is InputNode.Boolean boolean ? boolean.Value : null,
        (writer, value) =>
        {
            if (value is not bool boolean)
            {
                return false;
            }

            writer.WriteBooleanValue(boolean);
            return true;
        });

    public static ScalarType Id { get; } = new(
        "ID",
        "Identifiers, given as texts or whole numbers.",
        node => node switch
        {
            InputNode.String text => text.Value,
            InputNode.Int number => number.Text,
            _ => null,
        },
        String.TryWrite);

    private static double? ReadFloat(InputNode node)
    {
        var text = node switch
        {
            InputNode.Int number => number.Text,
            InputNode.Float number => number.Text,
            _ => null,
        };
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
    }

    private static bool WriteFloat(Utf8JsonWriter writer, object value)
    {
        if (value is not double number || !double.IsFinite(number))
        {
            return false;
        }

        // "R" with a point, so that a whole number still reads as a Float.
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        writer.WriteRawValue(text.AsSpan().ContainsAny(".E") ? text : text + ".0", skipInputValidation: true);
        return true;
    }
}
