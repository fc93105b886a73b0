using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>An input as a value of a type, or why it is none.</summary>
/// <param name="Value">The value.</param>
/// <param name="Error">What is wrong, if something is.</param>
internal readonly record struct Coerced(object? Value, GraphQLError? Error = null)
{
    public static Coerced Wrong(string message, Location location) => new(null, new GraphQLError(message, location));
}
