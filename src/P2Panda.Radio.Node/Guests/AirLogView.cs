using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Node.Guests;

/// <summary>The stored logs as far as the air may know them: without what came from the internet and still waits.</summary>
internal sealed class AirLogView(ILogView logs, GuestDesk guests) : ILogView
{
    public ulong? HeightOf(LogKey log) => Limit(log, logs.HeightOf(log));

    public bool TryGetId(LogKey log, ulong sequenceNumber, out EntryId id)
    {
        id = default;
        return !(guests.LimitOf(log) < sequenceNumber) && logs.TryGetId(log, sequenceNumber, out id);
    }

    public bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber) =>
        logs.TryGetPosition(id, out log, out sequenceNumber) && !(guests.LimitOf(log) < sequenceNumber);

    public bool TryGetBytes(LogKey log, ulong sequenceNumber, out ReadOnlyMemory<byte> entry, out ReadOnlyMemory<byte>? payload)
    {
        (entry, payload) = (default, null);
        return !(guests.LimitOf(log) < sequenceNumber) && logs.TryGetBytes(log, sequenceNumber, out entry, out payload);
    }

    public void FindAuthors(ReadOnlySpan<byte> prefix, int limit, ICollection<PublicKey> matches) => logs.FindAuthors(prefix, limit, matches);

    public IEnumerable<KeyValuePair<LogKey, ulong>> Heights()
    {
        foreach (var (log, height) in logs.Heights())
        {
            if (Limit(log, height) is { } known)
            {
                yield return KeyValuePair.Create(log, known);
            }
        }
    }

    private ulong? Limit(LogKey log, ulong? height) => guests.LimitOf(log) is not { } limit || height is null ? height
        : Math.Min(limit, height.Value) is var known and > 0 ? known : null;
}
