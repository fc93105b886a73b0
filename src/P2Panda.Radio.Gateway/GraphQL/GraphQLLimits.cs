namespace P2Panda.Radio.Gateway.GraphQL;

/// <summary>How much one request may ask for.</summary>
internal sealed record GraphQLLimits
{
    /// <summary>Tokens of a document.</summary>
    public int MaxTokens { get; init; } = 10_000;

    /// <summary>Operations and fragments of a document.</summary>
    public int MaxDefinitions { get; init; } = 200;

    /// <summary>Brackets within brackets, in selections, values and types of a document.</summary>
    public int MaxNesting { get; init; } = 48;

    /// <summary>Fields within fields of a response; the usual introspection query needs 15.</summary>
    public int MaxDepth { get; init; } = 20;

    /// <summary>Fields of the operation itself, each of which may be a query of the database or a durable write.</summary>
    public int MaxRootFields { get; init; } = 25;

    /// <summary>Fields of an operation, with fragments counted at every place that spreads them.</summary>
    public int MaxFields { get; init; } = 4_000;

    /// <summary>Errors that are reported at once.</summary>
    public int MaxErrors { get; init; } = 10;

    /// <summary>Bytes of an answer.</summary>
    public int MaxResponseBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long the execution of a request may take.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(10);
}
