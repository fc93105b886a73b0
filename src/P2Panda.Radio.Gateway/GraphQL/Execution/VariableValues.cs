using System.Text.Json;
using P2Panda.Radio.Gateway.GraphQL.Language;
using P2Panda.Radio.Gateway.GraphQL.Types;
using P2Panda.Radio.Gateway.GraphQL.Validation;

namespace P2Panda.Radio.Gateway.GraphQL.Execution;

/// <summary>
/// The variables of a request (section 6.1.2). They are kept as they were given and read as every place wants them, because a text may stand
/// for values of several scalars.
/// </summary>
internal sealed class VariableValues : IVariableSource
{
    private readonly Dictionary<string, InputNode> _nodes = [];

    private VariableValues()
    {
    }

    /// <summary>Reads the variables that a valid operation declares; others are passed over.</summary>
    public static (VariableValues? Values, GraphQLError? Error) Read(Schema schema, OperationDefinition operation, JsonElement? given)
    {
        try
        {
            return ReadAll(schema, operation, given);
        }
        catch (InvalidOperationException)
        {
            // What System.Text.Json has for escapes that are half a character.
            return (null, new GraphQLError("A text of the variables is no Unicode", operation.Location));
        }
    }

    private static (VariableValues? Values, GraphQLError? Error) ReadAll(Schema schema, OperationDefinition operation, JsonElement? given)
    {
        var values = new VariableValues();
        foreach (var definition in operation.Variables)
        {
            var node = given is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(definition.Name, out var value)
                ? ToNode(value, definition.Location)
                : definition.Default;
            if (node is null)
            {
                if (definition.Type is TypeReference.NonNull)
                {
                    return (null, new GraphQLError($"Variable '${definition.Name}' is not given", definition.Location));
                }

                continue;
            }

            if (new InputCoercion(null).Coerce(schema.Find(definition.Type)!, node).Error is { } error)
            {
                return (null, error with { Message = $"Invalid value for variable '${definition.Name}': {error.Message}" });
            }

            values._nodes.Add(definition.Name, node);
        }

        return (values, null);
    }

    public bool HasValue(InputNode.Variable variable) => _nodes.ContainsKey(variable.Name);

    public Coerced Read(InputNode.Variable variable, GraphQLType place, bool hasDefault)
    {
        if (!_nodes.TryGetValue(variable.Name, out var node))
        {
            return new Coerced(null);
        }

        var value = new InputCoercion(null).Coerce(place, node);
        return value.Error is null ? value : Coerced.Wrong(value.Error.Message, variable.Location);
    }

    private static InputNode ToNode(JsonElement value, Location location) => value.ValueKind switch
    {
        JsonValueKind.String => new InputNode.String(value.GetString()!, location, IsJson: true),
        JsonValueKind.True or JsonValueKind.False => new InputNode.Boolean(value.GetBoolean(), location),
        JsonValueKind.Number => value.GetRawText() is var text && text.AsSpan().ContainsAny(".eE")
            ? new InputNode.Float(text, location)
            : new InputNode.Int(text, location),
        JsonValueKind.Array => new InputNode.List([.. value.EnumerateArray().Select(item => ToNode(item, location))], location),
        JsonValueKind.Object => new InputNode.Object(
            [.. value.EnumerateObject().Select(item => new ArgumentNode(item.Name, ToNode(item.Value, location), location))], location),
        _ => new InputNode.Null(location),
    };
}
