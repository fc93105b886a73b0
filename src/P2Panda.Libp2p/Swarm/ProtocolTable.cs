using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Libp2p.Swarm;

/// <summary>Handlers by protocol, and how many streams each has, per peer and in total.</summary>
internal sealed class ProtocolTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IProtocolHandler> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Protocol, PeerId? Peer), int> _counts = [];

    /// <summary>The set of protocols changed.</summary>
    public event Action? Changed;

    public IReadOnlyList<string> Protocols
    {
        get
        {
            lock (_gate)
            {
                return [.. _handlers.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public void Add(IProtocolHandler handler)
    {
        lock (_gate)
        {
            if (!handler.Protocol.StartsWith('/'))
            {
                throw new ArgumentException($"A protocol id begins with a slash; \"{handler.Protocol}\" does not.", nameof(handler));
            }

            if (!_handlers.TryAdd(handler.Protocol, handler))
            {
                throw new InvalidOperationException($"{handler.Protocol} is handled already.");
            }
        }

        Changed?.Invoke();
    }

    public bool Remove(string protocol)
    {
        bool removed;
        lock (_gate)
        {
            removed = _handlers.Remove(protocol);
        }

        if (removed)
        {
            Changed?.Invoke();
        }

        return removed;
    }

    public bool Supports(string protocol, bool limited)
    {
        lock (_gate)
        {
            return _handlers.TryGetValue(protocol, out var handler) && (!limited || handler.Policy.RunOnLimited);
        }
    }

    /// <summary>Takes a place for one stream; false when the protocol's policy has none left.</summary>
    public bool TryBegin(string protocol, PeerId peer, [NotNullWhen(true)] out IProtocolHandler? handler)
    {
        lock (_gate)
        {
            if (!_handlers.TryGetValue(protocol, out handler)
                || _counts.GetValueOrDefault((protocol, peer)) >= handler.Policy.MaxPerPeer
                || _counts.GetValueOrDefault((protocol, null)) >= handler.Policy.MaxTotal)
            {
                handler = null;
                return false;
            }

            Count((protocol, peer), 1);
            Count((protocol, null), 1);
            return true;
        }
    }

    public void End(string protocol, PeerId peer)
    {
        lock (_gate)
        {
            Count((protocol, peer), -1);
            Count((protocol, null), -1);
        }
    }

    private void Count((string, PeerId?) key, int change)
    {
        var count = _counts.GetValueOrDefault(key) + change;
        if (count == 0)
        {
            _counts.Remove(key);
        }
        else
        {
            _counts[key] = count;
        }
    }
}
