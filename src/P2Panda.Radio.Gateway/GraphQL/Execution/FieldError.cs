namespace P2Panda.Radio.Gateway.GraphQL.Execution;

/// <summary>What a resolver gives in place of a value when there is none to give, in words for the client.</summary>
internal sealed record FieldError(string Message);
