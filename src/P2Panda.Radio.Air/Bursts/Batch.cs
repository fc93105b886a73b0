using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>Records that will share a burst; each may lean on the one before.</summary>
internal sealed class Batch(EntryCodec codec, EncodeOptions options)
{
    private readonly List<byte[]> _records = [];
    private readonly HashSet<EntryPosition> _positions = [];
    private RecordSequence _last = RecordSequence.Start;
    private int _length;

    public int Count => _records.Count;

    /// <summary>Bytes of all records with their lengths in front.</summary>
    public int Length => _length;

    public List<VerifiedEntry> Entries { get; } = [];

    public byte[] Single => _records[0];

    /// <summary>Adds an entry unless the body would grow beyond its room.</summary>
    public bool TryAdd(VerifiedEntry entry, int room)
    {
        // Whoever has this burst has what came earlier in it.
        var withBurst = options with
        {
            IsShared = (log, sequenceNumber) =>
                _positions.Contains(new EntryPosition(log, sequenceNumber)) || options.IsShared(log, sequenceNumber),
        };
        var record = codec.Encode(entry, withBurst, _last, isLocated: false, out var next);
        var length = new RecordWriter();
        length.Number((ulong)record.Length);
        if (_length + length.Length + record.Length > room)
        {
            return false;
        }

        _records.Add(record);
        Entries.Add(entry);
        _positions.Add(new EntryPosition(entry.Log, entry.SequenceNumber));
        _last = next;
        _length += length.Length + record.Length;
        return true;
    }

    /// <summary>All records with their lengths in front, and the mark of an urgent burst behind them.</summary>
    public byte[] ToBody(bool isUrgent = false)
    {
        var writer = new RecordWriter();
        foreach (var record in _records)
        {
            writer.Number((ulong)record.Length);
            writer.Bytes(record);
        }

        if (isUrgent)
        {
            writer.Byte(BurstFormat.UrgentMark);
        }

        return writer.ToArray();
    }
}
