using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Mesh.Wire;

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

    // An instant and a length.
    private const int MaxSetOverhead = sizeof(long) + 4;

    // Far enough from the ends of TimeSpan that sums and differences of two instants exist.
    private const long MaxTicks = long.MaxValue / 4;

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
        pending.Take(message);

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

    /// <summary>Writes as many sets as fit, to be read after a restart; how many.</summary>
    public int Write(WireWriter writer, int maxLength)
    {
        var written = 0;
        foreach (var set in _sets)
        {
            // The body of a repair set with all its symbols.
            var body = new WireWriter();
            body.Bytes(set.Manifest);
            body.Byte((byte)set.Symbols.Count);
            foreach (var (id, symbol) in set.Symbols)
            {
                body.Byte(id);
                body.Bytes(symbol.Span);
            }

            if (set.Symbols.Count <= byte.MaxValue && writer.Length + body.Length + MaxSetOverhead <= maxLength)
            {
                writer.UInt64((ulong)set.HeardAt.Ticks);
                writer.Varint((ulong)body.Length);
                writer.Bytes(body.Written);
                written++;
            }
        }

        return written;
    }

    /// <summary>Takes up sets that <see cref="Write"/> wrote; how many, or none when the bytes are anything else, and then none is taken up.</summary>
    /// <param name="reader">The bytes, to their end.</param>
    /// <param name="shift">What is to be added to the instants in them.</param>
    /// <param name="now">Monotonic time.</param>
    public int? Read(ref WireReader reader, TimeSpan shift, TimeSpan now)
    {
        var kept = new List<PendingSet>();
        while (reader.Remaining > 0)
        {
            var ticks = (long)reader.UInt64();
            var length = reader.Varint();
            var body = reader.Take(length <= (ulong)reader.Remaining ? (int)length : -1);
            if (reader.Failed || ticks is < -MaxTicks or > MaxTicks || RepairSetMessage.Read(body) is not { } message)
            {
                return null;
            }

            var heardAt = TimeSpan.FromTicks(ticks) + shift;
            var set = new PendingSet(message.ManifestBytes()) { HeardAt = heardAt < now ? heardAt : now };
            set.Take(message);
            if (now - set.HeardAt <= Lifetime && kept.Count < MaxSets)
            {
                kept.Add(set);
            }
        }

        _sets.AddRange(kept);
        return kept.Count;
    }

    private sealed class PendingSet(byte[] manifest)
    {
        public byte[] Manifest => manifest;

        public Dictionary<byte, ReadOnlyMemory<byte>> Symbols { get; } = [];

        public TimeSpan HeardAt { get; set; }

        public void Take(RepairSetMessage message)
        {
            for (var i = 0; i < message.SymbolIds.Count; i++)
            {
                Symbols[message.SymbolIds[i]] = message.Symbols.Slice(i * message.SymbolLength, message.SymbolLength);
            }
        }
    }
}
