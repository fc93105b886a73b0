using System.Collections.Concurrent;

namespace P2Panda.Libp2p;

/// <summary>A network within the process: what <see cref="MemoryTransport"/>s that share it can reach.</summary>
public sealed class MemoryNetwork
{
    private readonly ConcurrentDictionary<Multiaddr, MemoryListener> _listeners = new();
    private ulong _next = 1;

    internal Multiaddr NextAddress() => Multiaddr.Parse($"/memory/{Interlocked.Increment(ref _next)}");

    internal bool TryAdd(Multiaddr address, MemoryListener listener) => _listeners.TryAdd(address, listener);

    internal void Remove(Multiaddr address) => _listeners.TryRemove(address, out _);

    internal MemoryListener? Find(Multiaddr address) => _listeners.GetValueOrDefault(address);
}
