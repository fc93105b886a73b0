using System.Collections;
using System.Text.Json;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.GraphQL.Execution;

/// <summary>
/// Resolves a plan, field after field, and writes the values as they come (sections 6.3 and 6.4). The first error ends it and the data as a
/// whole is null, as aquadoggo answers; the specification would keep what was found besides.
/// </summary>
internal sealed class AnswerWriter(Schema schema, object? state, Utf8JsonWriter writer, GraphQLLimits limits, CancellationToken cancellation)
{
    private readonly List<object> _path = [];

    /// <summary>What went wrong.</summary>
    public GraphQLError? Error { get; private set; }

    /// <summary>The field that is being resolved.</summary>
    public PlannedField? Current { get; private set; }

    /// <summary>Writes an object. False as soon as something went wrong.</summary>
    /// <param name="source">What its fields are resolved from.</param>
    /// <param name="fields">Its fields.</param>
    public async ValueTask<bool> WriteAsync(object? source, IReadOnlyList<PlannedField> fields)
    {
        writer.WriteStartObject();
        foreach (var field in fields)
        {
            cancellation.ThrowIfCancellationRequested();
            _path.Add(field.Key);
            Current = field;
            writer.WritePropertyName(field.Key);
            var value = await field.Definition.Resolve(new FieldContext(schema, source, field, state, cancellation)).ConfigureAwait(false);
            Current = field;
            if (!await WriteValueAsync(field, field.Definition.Type, value).ConfigureAwait(false))
            {
                return false;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        writer.WriteEndObject();
        return true;
    }

    /// <summary>Keeps an error of the field that is being resolved.</summary>
    public bool Fail(string message)
    {
        Error ??= new GraphQLError(message, Current?.Location, [.. _path]);
        return false;
    }

    private ValueTask<bool> WriteValueAsync(PlannedField field, GraphQLType type, object? value)
    {
        if (writer.BytesCommitted + writer.BytesPending > limits.MaxResponseBytes)
        {
            return ValueTask.FromResult(Fail($"The answer is larger than {limits.MaxResponseBytes} bytes"));
        }

        switch (type, value)
        {
            case (_, FieldError error):
                return ValueTask.FromResult(Fail(error.Message));
            case (NonNullType, null):
                return ValueTask.FromResult(Fail($"'{field.Definition.Name}' has no value and cannot be null"));
            case (NonNullType nonNull, _):
                return WriteValueAsync(field, nonNull.Of, value);
            case (_, null):
                writer.WriteNullValue();
                return ValueTask.FromResult(true);
            case (ListType list, IEnumerable items):
                return WriteItemsAsync(field, list.Of, items);
            case (ScalarType scalar, _) when scalar.TryWrite(writer, value):
                return ValueTask.FromResult(true);
            case (EnumType choice, string name) when choice.Has(name):
                writer.WriteStringValue(name);
                return ValueTask.FromResult(true);
            case (ObjectType, _):
                return WriteAsync(value, field.Children);
            default:
                return ValueTask.FromResult(Fail($"'{field.Definition.Name}' has a value that is no {type}"));
        }
    }

    private async ValueTask<bool> WriteItemsAsync(PlannedField field, GraphQLType type, IEnumerable items)
    {
        writer.WriteStartArray();
        var index = 0;
        foreach (var item in items)
        {
            _path.Add(index++);
            if (!await WriteValueAsync(field, type, item).ConfigureAwait(false))
            {
                return false;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        writer.WriteEndArray();
        return true;
    }
}
