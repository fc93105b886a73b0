using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>One log as the index knows it; replaced, never changed. Times are Unix milliseconds.</summary>
internal sealed record LogState
{
    public required LogKey Key { get; init; }

    /// <summary>Stands for the log in the rows of a database.</summary>
    public required long Row { get; init; }

    public required ulong Height { get; init; }

    public required EntryId Head { get; init; }

    public required ulong AvailableFrom { get; init; }

    public required RetentionClass Retention { get; init; }

    /// <summary>When the entry at <see cref="AvailableFrom"/> came in.</summary>
    public required long FirstReceived { get; init; }

    /// <summary>When the newest entry came in.</summary>
    public required long LastReceived { get; init; }
}
