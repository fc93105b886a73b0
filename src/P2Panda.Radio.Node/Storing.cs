using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Node;

/// <summary>A heard burst on its way into the store.</summary>
/// <param name="Heard">What was heard.</param>
/// <param name="Appends">Its entries, those that are kept and those that are only carried.</param>
internal sealed record Storing(HeardEntries Heard, IReadOnlyList<AppendUnderWay> Appends)
{
    /// <summary>Completes when the store has answered for all of them.</summary>
    public Task Done { get; } = Task.WhenAll(Appends.Select(append => append.Task));

    /// <summary>Waits for the store; whether it answered.</summary>
    public bool IsDoneWithin(TimeSpan patience) => Done.IsCompleted || ((IAsyncResult)Done).AsyncWaitHandle.WaitOne(patience);
}
