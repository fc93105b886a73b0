using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

/// <summary>An author who writes one log for each document.</summary>
internal sealed class Writer(byte seed)
{
    private readonly KeyPair _key = KeyPair.FromSeed(Enumerable.Repeat(seed, KeyPair.SeedLength).ToArray());
    private readonly Dictionary<ulong, List<EntryId>> _logs = [];

    public VerifiedEntry Append(ulong log, Operation operation)
    {
        if (!_logs.TryGetValue(log, out var ids))
        {
            _logs.Add(log, ids = []);
        }

        var position = (ulong)ids.Count + 1;
        EntryId? skiplink = position > 1 && Lipmaa.NeedsSkiplink(position) ? ids[(int)Lipmaa.LinkOf(position) - 1] : null;
        var payload = operation.EncodedBytes.ToArray();
        var bytes = BambooEntry.Sign(_key, log, position, skiplink, ids.Count > 0 ? ids[^1] : null, payload);
        var entry = BambooEntry.Verify(bytes, payload).Entry!;
        ids.Add(entry.Id);
        return entry;
    }
}
