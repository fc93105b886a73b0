using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.Relay;

namespace P2Panda.Libp2p;

/// <summary>Our place at one relay, taken when we are connected to it and while it is wanted.</summary>
internal sealed class RelaySeat : IAsyncDisposable
{
    private static readonly TimeSpan[] RetryAfter = [.. new double[] { 1, 2, 5, 10, 30, 60 }.Select(TimeSpan.FromSeconds)];
    private static readonly TimeSpan IdentifyPatience = TimeSpan.FromSeconds(5);

    private readonly Libp2pHost _host;
    private readonly PeerJournal _journal;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile bool _wanted;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RelaySeat(Libp2pHost host, PeerJournal journal, Connection relay, bool wanted)
    {
        _host = host;
        _journal = journal;
        _wanted = wanted;
        Relay = relay.RemotePeer;
        _loop = RunAsync(relay);
    }

    public PeerId Relay { get; }

    /// <summary>Whether the place is wanted from now on.</summary>
    public void Want(bool wanted)
    {
        _wanted = wanted;
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(Connection relay)
    {
        // Our observed address belongs into what the relay tells about us, and its identify into what it knows of itself.
        await Task.WhenAny(relay.IdentifyDone, Task.Delay(IdentifyPatience, _host.Time, _stop.Token)).ConfigureAwait(false);
        var address = CircuitAddress.Through(relay.RemoteAddress.WithPeer(Relay));
        IListener? listener = null;
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            var changed = _changed.Task;
            var wait = Timeout.InfiniteTimeSpan;
            if (!_wanted && listener is not null)
            {
                await listener.DisposeAsync().ConfigureAwait(false);
                listener = null;
                _journal.Note(Relay, "gave our place at this relay back: strangers reach us");
            }
            else if (_wanted && listener is null)
            {
                try
                {
                    listener = await _host.ListenAsync(address, _stop.Token).ConfigureAwait(false);
                    failures = 0;
                    _journal.Note(Relay, "keeps a place for us as relay");
                }
                catch (Exception e) when (e is IOException or NotSupportedException or OperationCanceledException or ObjectDisposedException)
                {
                    wait = RetryAfter[Math.Min(failures++, RetryAfter.Length - 1)];
                    if (!_stop.IsCancellationRequested)
                    {
                        _journal.Note(Relay, $"no place at this relay: {e.Message}");
                        Log.ReservationLost(_host.Logger, Relay, e.Message);
                    }
                }
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(changed, Task.Delay(wait, _host.Time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
        }

        if (listener is not null)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }
}
