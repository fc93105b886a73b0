namespace P2Panda.Documents;

/// <summary>The newest change number, and those who wait for a newer one.</summary>
internal sealed class ChangeWaiters
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private long _last;

    public long Last => Interlocked.Read(ref _last);

    /// <summary>Tells of a change. A smaller number than before means that everything was begun anew.</summary>
    public void Publish(long change)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (change == _last)
            {
                return;
            }

            Interlocked.Exchange(ref _last, change);
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.SetResult();
    }

    public Task WaitAsync(long after, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_last != after)
            {
                return Task.CompletedTask;
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task.WaitAsync(cancellation);
        }
    }
}
