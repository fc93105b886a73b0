namespace P2Panda.Store.Appending;

/// <summary>The newest change number, and those who wait for a newer one. Holds no changes itself, so a slow reader costs nothing.</summary>
internal sealed class ChangeSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private long _last;
    private StoreException? _closed;

    public long Last => Interlocked.Read(ref _last);

    public void Publish(long change)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (change <= _last)
            {
                return;
            }

            Interlocked.Exchange(ref _last, change);
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult();
    }

    public void Close(StoreException reason)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _closed ??= reason;
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetException(_closed);
    }

    public Task WaitAsync(long after, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_last > after)
            {
                return Task.CompletedTask;
            }

            if (_closed is not null)
            {
                return Task.FromException(_closed);
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task.WaitAsync(cancellation);
        }
    }
}
