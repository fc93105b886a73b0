namespace P2Panda.Libp2p;

/// <summary>A listener of the in-memory transport.</summary>
internal sealed class MemoryListener(MemoryNetwork network, Multiaddr address, ConnectionUpgrader upgrader, IConnectionSink sink) : IListener
{
    private readonly CancellationTokenSource _stop = new();

    public IReadOnlyList<Multiaddr> Addresses { get; } = [address];

    public void Accept(RawConnection raw) => _ = HandleAsync(raw);

    public async ValueTask DisposeAsync()
    {
        network.Remove(address);
        await _stop.CancelAsync().ConfigureAwait(false);
    }

    private async Task HandleAsync(RawConnection raw)
    {
        await Task.Yield();
        if (!sink.TryAdmit(raw.LocalAddress, raw.RemoteAddress, out var pending))
        {
            await raw.Bytes.DisposeAsync().ConfigureAwait(false);
            return;
        }

        using (pending)
        {
            try
            {
                pending.Complete(await upgrader.UpgradeAsync(raw, HandshakeRole.Listener, expected: null, _stop.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                pending.Fail(e.Message);
            }
        }
    }
}
