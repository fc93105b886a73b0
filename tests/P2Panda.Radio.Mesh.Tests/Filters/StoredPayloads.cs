using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Mesh.Tests.Filters;

/// <summary>A store of which only payloads can be read.</summary>
internal sealed class StoredPayloads : ILogView
{
    private readonly SortedDictionary<(LogKey, ulong), byte[]> _payloads = [];

    /// <summary>How often a payload was asked for.</summary>
    public int Reads { get; private set; }

    public void Set(LogKey log, ulong sequenceNumber, byte[] payload) => _payloads[(log, sequenceNumber)] = payload;

    public ulong? HeightOf(LogKey log) => _payloads.Keys.Where(key => key.Item1 == log).Select(key => (ulong?)key.Item2).Max();

    public bool TryGetId(LogKey log, ulong sequenceNumber, out EntryId id)
    {
        id = default;
        return false;
    }

    public bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber)
    {
        (log, sequenceNumber) = (default, 0);
        return false;
    }

    public bool TryGetBytes(LogKey log, ulong sequenceNumber, out ReadOnlyMemory<byte> entry, out ReadOnlyMemory<byte>? payload)
    {
        Reads++;
        entry = default;
        var isStored = _payloads.TryGetValue((log, sequenceNumber), out var bytes);
        payload = isStored ? bytes : null;
        return isStored;
    }

    public void FindAuthors(ReadOnlySpan<byte> prefix, int limit, ICollection<PublicKey> matches)
    {
    }

    public IEnumerable<KeyValuePair<LogKey, ulong>> Heights() => [];
}
