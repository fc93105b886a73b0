namespace P2Panda.Libp2p;

/// <summary>Connections within one process, at <c>/memory/number</c>, upgraded like TCP. Number 0 asks for a free one.</summary>
public sealed class MemoryTransport(MemoryNetwork network, ConnectionUpgrader upgrader) : ITransport
{
    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public bool CanDial(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.WithoutPeer().Components is [{ Protocol.Name: "memory" }];
    }

    /// <inheritdoc/>
    public bool CanListen(Multiaddr address) => CanDial(address);

    /// <inheritdoc/>
    public async ValueTask<IMuxedConnection> DialAsync(DialRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var target = request.Address.WithoutPeer();
        var listener = network.Find(target) ?? throw new IOException($"Nobody listens on {target}.");
        var (near, far) = DuplexStream.CreatePair();
        var own = network.NextAddress();
        listener.Accept(new RawConnection(far, target, own, Name));
        var raw = new RawConnection(near, own, target, Name);
        return await upgrader.UpgradeAsync(raw, request.Role, request.Expected, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IListener> ListenAsync(Multiaddr address, IConnectionSink sink, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var bound = address.Components[0].ValueText == "0" ? network.NextAddress() : address;
        var listener = new MemoryListener(network, bound, upgrader, sink);
        return network.TryAdd(bound, listener) ? new(listener) : throw new IOException($"{bound} is taken.");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
