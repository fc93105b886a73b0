using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Tests.Corpus;

/// <summary>Logs in memory, enough for the air.</summary>
internal sealed class MemoryLogs : ILogView
{
    private readonly SortedDictionary<LogKey, SortedDictionary<ulong, VerifiedEntry>> _logs = [];
    private readonly Dictionary<EntryId, VerifiedEntry> _byId = [];

    public MemoryLogs Add(params IEnumerable<VerifiedEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (!_logs.TryGetValue(entry.Log, out var log))
            {
                _logs[entry.Log] = log = [];
            }

            log[entry.SequenceNumber] = entry;
            _byId[entry.Id] = entry;
        }

        return this;
    }

    public int Count => _byId.Count;

    public IEnumerable<VerifiedEntry> All => _logs.Values.SelectMany(log => log.Values);

    public ulong? HeightOf(LogKey log)
    {
        if (!_logs.TryGetValue(log, out var entries))
        {
            return null;
        }

        var height = 0UL;
        while (entries.ContainsKey(height + 1))
        {
            height++;
        }

        return height;
    }

    public bool TryGetId(LogKey log, ulong sequenceNumber, out EntryId id)
    {
        var found = Find(log, sequenceNumber);
        id = found?.Id ?? default;
        return found is not null;
    }

    public bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber)
    {
        var known = _byId.TryGetValue(id, out var entry);
        (log, sequenceNumber) = known ? (entry!.Log, entry.SequenceNumber) : default;
        return known;
    }

    public bool TryGetBytes(LogKey log, ulong sequenceNumber, out ReadOnlyMemory<byte> entry, out ReadOnlyMemory<byte>? payload)
    {
        var found = Find(log, sequenceNumber);
        (entry, payload) = found is null ? default : (found.EntryBytes, found.PayloadBytes);
        return found is not null;
    }

    public void FindAuthors(ReadOnlySpan<byte> prefix, int limit, ICollection<PublicKey> matches)
    {
        foreach (var author in _logs.Keys.Select(log => log.Author).Distinct())
        {
            if (limit > 0 && author.Bytes.StartsWith(prefix))
            {
                matches.Add(author);
                limit--;
            }
        }
    }

    public IEnumerable<KeyValuePair<LogKey, ulong>> Heights() =>
        _logs.Keys.Select(log => KeyValuePair.Create(log, HeightOf(log)!.Value));

    private VerifiedEntry? Find(LogKey log, ulong sequenceNumber) =>
        _logs.TryGetValue(log, out var entries) ? entries.GetValueOrDefault(sequenceNumber) : null;
}
