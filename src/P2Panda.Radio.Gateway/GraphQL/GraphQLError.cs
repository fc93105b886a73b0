using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.GraphQL;

/// <summary>What a client is told went wrong (GraphQL October 2021, section 7.1.2).</summary>
/// <param name="Message">For people.</param>
/// <param name="Location">Where in the request, if it is about a place there.</param>
/// <param name="Path">Response keys and list indices (texts and whole numbers) down to the field that failed, if one did.</param>
internal sealed record GraphQLError(string Message, Location? Location = null, IReadOnlyList<object>? Path = null);
