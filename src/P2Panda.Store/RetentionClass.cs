namespace P2Panda.Store;

/// <summary>How long a log stays. A log takes the strongest class any append or <see cref="ILogStore.SetRetentionAsync"/> gave it.</summary>
public enum RetentionClass : byte
{
    /// <summary>Carried for others and dropped by <see cref="ILogStore.PruneAsync"/> when old.</summary>
    Carried = 1,

    /// <summary>Kept for good.</summary>
    Kept = 2,
}
