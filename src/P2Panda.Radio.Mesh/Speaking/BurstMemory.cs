using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Mesh.Speaking;

/// <summary>
/// Bursts spoken or rebuilt lately and the entries in them: for saying more of their symbols when somebody lacks some, and for knowing
/// what a frame of them brings to others. The oldest make room.
/// </summary>
internal sealed class BurstMemory
{
    /// <summary>Bursts remembered.</summary>
    public const int MaxBursts = 192;

    private readonly Dictionary<BurstKey, Remembered> _bursts = [];
    private readonly Dictionary<EntryPosition, BurstKey> _single = [];
    private readonly Queue<BurstKey> _order = new();

    public int Count => _bursts.Count;

    /// <summary>Remembers a burst.</summary>
    /// <param name="burst">The burst.</param>
    /// <param name="entries">What it carries.</param>
    /// <param name="isForAnybody">
    /// Whether whoever hears it from us can read it by itself: not a part of a chain, and sealed by its authors or by us. A seal of somebody
    /// farther away may be by a key that is known here only.
    /// </param>
    public void Add(OutgoingBurst burst, IReadOnlyList<EntryPosition> entries, bool isForAnybody)
    {
        if (!_bursts.TryAdd(burst.Key, new Remembered(burst, entries)))
        {
            return;
        }

        _order.Enqueue(burst.Key);
        if (isForAnybody && entries is [var only])
        {
            _single[only] = burst.Key;
        }

        while (_order.Count > MaxBursts)
        {
            var oldest = _order.Dequeue();
            if (_bursts.Remove(oldest, out var gone) && gone.Entries is [var entry] && _single.GetValueOrDefault(entry) == oldest)
            {
                _single.Remove(entry);
            }
        }
    }

    public OutgoingBurst? Find(BurstKey key) => _bursts.GetValueOrDefault(key)?.Burst;

    public IReadOnlyList<EntryPosition> EntriesOf(BurstKey key) => _bursts.GetValueOrDefault(key)?.Entries ?? [];

    /// <summary>The burst that carried an entry by itself: said again, its frames are recognised without being decoded.</summary>
    public OutgoingBurst? FindSingle(EntryPosition entry) => _single.TryGetValue(entry, out var key) ? Find(key) : null;

    private sealed record Remembered(OutgoingBurst Burst, IReadOnlyList<EntryPosition> Entries);
}
