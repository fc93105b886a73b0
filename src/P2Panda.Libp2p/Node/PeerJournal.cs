namespace P2Panda.Libp2p;

/// <summary>What happened with each peer lately, in words: how a connection came to be, or why there is none.</summary>
public sealed class PeerJournal(TimeProvider time)
{
    /// <summary>Peers remembered; the one heard of longest ago goes.</summary>
    public const int MaxPeers = 512;

    /// <summary>Lines per peer.</summary>
    public const int MaxLines = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, LinkedListNode<(PeerId Peer, Queue<PeerJournalLine> Lines)>> _peers = [];
    private readonly LinkedList<(PeerId Peer, Queue<PeerJournalLine> Lines)> _byAge = new();

    /// <summary>Notes a line.</summary>
    public void Note(PeerId peer, string text)
    {
        ArgumentNullException.ThrowIfNull(peer);
        lock (_gate)
        {
            if (_peers.TryGetValue(peer, out var node))
            {
                _byAge.Remove(node);
            }
            else
            {
                if (_peers.Count == MaxPeers)
                {
                    _peers.Remove(_byAge.First!.Value.Peer);
                    _byAge.RemoveFirst();
                }

                _peers[peer] = node = new((peer, new Queue<PeerJournalLine>()));
            }

            _byAge.AddLast(node);
            var lines = node.Value.Lines;
            if (lines.Count == MaxLines)
            {
                lines.Dequeue();
            }

            lines.Enqueue(new PeerJournalLine(time.GetUtcNow(), text));
        }
    }

    /// <summary>Lines about a peer, oldest first.</summary>
    public IReadOnlyList<PeerJournalLine> Of(PeerId peer)
    {
        lock (_gate)
        {
            return _peers.TryGetValue(peer, out var node) ? [.. node.Value.Lines] : [];
        }
    }
}
