using P2Panda.Radio.Gateway.GraphQL.Execution;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>
/// Finds the value of a field: null, what the type's scalar or enumeration writes, an object for the resolvers of an object type's fields, an
/// enumerable of those for a list, or a <see cref="FieldError"/>.
/// </summary>
internal delegate ValueTask<object?> FieldResolver(FieldContext context);
