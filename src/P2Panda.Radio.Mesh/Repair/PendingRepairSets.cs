using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>
/// Repair sets that could not be decoded yet, so that symbols of several bursts, and of several gateways with the same manifest, add up.
/// The oldest make room.
/// </summary>
internal sealed class PendingRepairSets
{
    /// <summary>Manifests remembered.</summary>
    public const int MaxSets = 8;

    /// <summary>A manifest without news is forgotten after this time.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly List<PendingSet> _sets = [];

    public int Count => _sets.Count;

    /// <summary>
    /// Adds symbols and returns the entries that could be rebuilt, in the order of the manifest, whose positions are given. Symbols under
    /// a seal that could not be checked serve by themselves or not at all.
    /// </summary>
    public IReadOnlyList<VerifiedEntry> Add(
        RepairSetMessage message, IReadOnlyList<EntryPosition> positions, bool isSealed, MeshStation station, Func<EntryPosition, VerifiedEntry?> read, TimeSpan now)
    {
        _sets.RemoveAll(set => now - set.HeardAt > Lifetime);
        var manifest = message.ManifestBytes();
        var pending = isSealed ? _sets.Find(set => set.Manifest.AsSpan().SequenceEqual(manifest)) : new PendingSet(manifest);
        if (pending is null)
        {
            pending = new PendingSet(manifest);
            _sets.Add(pending);
            if (_sets.Count > MaxSets)
            {
                _sets.RemoveAt(0);
            }
        }

        pending.HeardAt = now;
        for (var i = 0; i < message.SymbolIds.Count; i++)
        {
            pending.Symbols[message.SymbolIds[i]] = message.Symbols.Slice(i * message.SymbolLength, message.SymbolLength);
        }

        // Whether anything is missing, and not too much of it, is told before records are made.
        var entries = positions.Select(read).ToList();
        var lacking = entries.Count(entry => entry is null);
        if (lacking == 0)
        {
            _sets.Remove(pending);
        }

        if (lacking == 0 || lacking > pending.Symbols.Count)
        {
            return [];
        }

        var known = entries.ConvertAll(entry => entry is null ? null : station.Writer.WriteCanonicalRecord(entry));

        if (RepairCoder.Decode(known, message.SymbolLength, pending.Symbols) is not { } missing)
        {
            return [];
        }

        _sets.Remove(pending);
        var rebuilt = new List<VerifiedEntry>(missing.Count);
        foreach (var (place, record) in missing.OrderBy(pair => pair.Key))
        {
            if (station.Receiver.ReadCanonicalRecord(record, positions[place]) is { } entry)
            {
                rebuilt.Add(entry);
            }
        }

        return rebuilt;
    }

    private sealed class PendingSet(byte[] manifest)
    {
        public byte[] Manifest => manifest;

        public Dictionary<byte, ReadOnlyMemory<byte>> Symbols { get; } = [];

        public TimeSpan HeardAt { get; set; }
    }
}
