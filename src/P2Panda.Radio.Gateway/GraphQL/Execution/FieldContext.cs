using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.GraphQL.Execution;

/// <summary>What a resolver is given.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Parent">The object whose field it is; none at the root.</param>
/// <param name="Field">The field as planned, with its arguments and everything asked about its value.</param>
/// <param name="State">What the host gave with the request.</param>
/// <param name="Cancellation">Ends when nobody waits any more or the time is over.</param>
internal sealed record FieldContext(Schema Schema, object? Parent, PlannedField Field, object? State, CancellationToken Cancellation)
{
    /// <summary>The value of an argument; the type's default where it is null or left out.</summary>
    public T? Argument<T>(string name) => Field.Arguments.GetValueOrDefault(name) is T value ? value : default;
}
