using System.Text.Json;

namespace P2Panda.Radio.Gateway.GraphQL;

/// <summary>What a client asks.</summary>
/// <param name="Query">The document.</param>
/// <param name="OperationName">Which of its operations, if it has several.</param>
/// <param name="Variables">A JSON object with the values of variables, or none.</param>
internal sealed record GraphQLRequest(string Query, string? OperationName = null, JsonElement? Variables = null);
