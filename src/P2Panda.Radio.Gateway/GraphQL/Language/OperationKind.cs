namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>What an operation is for (section 2.3).</summary>
internal enum OperationKind
{
    Query,
    Mutation,
    Subscription,
}
