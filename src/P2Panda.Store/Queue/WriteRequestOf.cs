namespace P2Panda.Store.Queue;

/// <summary>A request with an answer.</summary>
internal sealed class WriteRequest<T>(Func<WriteContext, T> work) : WriteRequest
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    public override void Execute(WriteContext context) => _result = work(context);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception reason) => _done.TrySetException(reason);

    public override void Cancel() => _done.TrySetCanceled(Cancellation);
}
