namespace P2Panda.Store;

/// <summary>The database failed. The message says which one, what was wrong and what to do.</summary>
public sealed class StoreException : IOException
{
    /// <summary>Describes a failure.</summary>
    public StoreException(StoreFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>What kind of failure it is.</summary>
    public StoreFailure Failure { get; }
}
