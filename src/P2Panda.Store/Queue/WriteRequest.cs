using P2Panda.Store.Appending;

namespace P2Panda.Store.Queue;

/// <summary>Something that waits for the writer.</summary>
internal abstract class WriteRequest
{
    /// <summary>What it appends, if anything.</summary>
    public IReadOnlyList<PendingEntry> Entries { get; init; } = [];

    /// <summary>Whether it must not share its transaction.</summary>
    public bool IsExclusive { get; init; }

    public CancellationToken Cancellation { get; init; }

    public abstract void Execute(WriteContext context);

    /// <summary>Tells the caller that it is durable.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception reason);

    public abstract void Cancel();
}
