using System.Threading.Channels;

namespace P2Panda.Store.Queue;

/// <summary>
/// One writer thread and those who wait for it. While a commit is on its way to the disk, further requests gather; the next commit takes
/// all of them, so that many callers share one wait for the disk.
/// </summary>
internal sealed class WriteQueue
{
    private readonly Channel<WriteRequest> _requests;
    private readonly Action<IReadOnlyList<WriteRequest>> _write;
    private readonly int _maxEntries;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WriteRequest? _heldBack;

    public WriteQueue(StoreBounds bounds, Action<IReadOnlyList<WriteRequest>> write)
    {
        _write = write;
        _maxEntries = bounds.MaxEntriesPerCommit;
        _requests = Channel.CreateBounded<WriteRequest>(new BoundedChannelOptions(bounds.MaxQueuedWrites) { SingleReader = true });
        _thread = new Thread(Run) { IsBackground = true, Name = "log store writer" };
        _thread.Start();
    }

    /// <summary>Waits for a place in the queue, then for the commit.</summary>
    /// <exception cref="StoreException">The store is closed, or the database failed.</exception>
    public async Task<T> EnqueueAsync<T>(WriteRequest<T> request)
    {
        try
        {
            await _requests.Writer.WriteAsync(request, request.Cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new StoreException(StoreFailure.Closed, "The log store is closed.");
        }

        return await request.Task.ConfigureAwait(false);
    }

    /// <summary>Takes no more requests and returns when those before are done.</summary>
    public Task CloseAsync()
    {
        _requests.Writer.TryComplete();
        return _stopped.Task;
    }

    private void Run()
    {
        var group = new List<WriteRequest>();
        while (TryTake(out var first))
        {
            group.Clear();
            Gather(first, group);
            if (group.Count > 0)
            {
                _write(group);
            }
        }

        _stopped.SetResult();
    }

    private bool TryTake(out WriteRequest first)
    {
        if (_heldBack is not null)
        {
            (first, _heldBack) = (_heldBack, null);
            return true;
        }

        while (!_requests.Reader.TryRead(out first!))
        {
            if (!_requests.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                return false;
            }
        }

        return true;
    }

    private void Gather(WriteRequest first, List<WriteRequest> group)
    {
        var entries = 0;
        for (var next = first; next is not null; next = _requests.Reader.TryRead(out var more) ? more : null)
        {
            if (next.Cancellation.IsCancellationRequested)
            {
                next.Cancel();
                continue;
            }

            if (group.Count > 0 && (next.IsExclusive || entries + next.Entries.Count > _maxEntries))
            {
                _heldBack = next;
                return;
            }

            group.Add(next);
            entries += next.Entries.Count;
            if (next.IsExclusive)
            {
                return;
            }
        }
    }
}
